//go:build cloud

package store

import (
	"context"
	"errors"
	"io/fs"
	"net/url"
	"strings"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"google.golang.org/api/googleapi"
)

// TestErrorsOfLibrariesComeWithoutSecrets feeds errors as the services' libraries make them. The one of Azure's
// transport holds the whole URL with the signature of a shared access token.
func TestErrorsOfLibrariesComeWithoutSecrets(t *testing.T) {
	signed := "https://user:secret@account.blob.example/c/x?sv=2026&sig=secret"
	cases := map[string]struct {
		err   error
		want  string
		class error
	}{
		"transport":      {&url.Error{Op: "Get", URL: signed, Err: errors.New("connection reset by peer")}, "the store cannot be read: connection reset by peer", nil},
		"text with URL":  {errors.New("GET " + signed + "\n----\n  failed"), "the store cannot be read: GET https://account.blob.example/c/x ---- failed", nil},
		"Azure refusal":  {&azcore.ResponseError{StatusCode: 403, ErrorCode: "AuthenticationFailed"}, "the store refuses the credentials (AuthenticationFailed)", fs.ErrPermission},
		"Google refusal": {&googleapi.Error{Code: 401, Message: "Anonymous caller"}, "the store refuses the credentials (Anonymous caller)", fs.ErrPermission},
		"no credentials": {errors.New("operation error S3: GetObject, get identity: get credentials: no role"), "finds no credentials in the environment: set AWS_ACCESS_KEY_ID", fs.ErrPermission},
	}
	for name, c := range cases {
		err := (&address{scheme: "s3"}).explain(t.Context(), c.err)
		if !strings.HasPrefix(err.Error(), c.want) || !errors.Is(err, c.class) && c.class != nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v, want %s of class %v", name, err, c.want, c.class)
		}
	}
}

func TestALongErrorIsCut(t *testing.T) {
	if got := clean(strings.Repeat("é ", 1000)); len([]rune(got)) != 301 {
		t.Errorf("%d characters", len([]rune(got)))
	}
}

func TestPatienceThatEndsSaysSo(t *testing.T) {
	ctx, cancel := context.WithTimeoutCause(t.Context(), 0, &classified{"the store did not answer", context.DeadlineExceeded})
	defer cancel()
	<-ctx.Done()
	if err := (&address{scheme: "s3"}).explain(ctx, errors.New("any")); err.Error() != "the store did not answer" || !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
}
