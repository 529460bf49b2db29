//go:build cloud

package store

import (
	"context"
	"errors"
	"io/fs"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/aws/smithy-go"
	"gocloud.dev/gcerrors"
	"google.golang.org/api/googleapi"
)

// explain puts an error of a service into our words and class. The libraries' own texts run over several lines, and may
// hold the URL of the request with its signature.
func (a *address) explain(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	status, said := answered(err)
	switch {
	case gcerrors.Code(err) == gcerrors.NotFound:
		return missingf("no such object")
	case status == http.StatusForbidden || status == http.StatusUnauthorized || gcerrors.Code(err) == gcerrors.PermissionDenied:
		return &classified{"the store refuses the credentials (" + clean(said) + ")", fs.ErrPermission}
	case lacksCredentials(err.Error()):
		return &classified{"finds no credentials in the environment: set " + credentials()[a.scheme], fs.ErrPermission}
	}
	return &classified{"the store cannot be read: " + clean(said), nil}
}

// answered returns the HTTP status of a service's refusal, 0 if it said nothing, and the part of the error that tells
// people most.
func answered(err error) (status int, said string) {
	var request *url.Error
	var aws smithy.APIError
	var response interface{ HTTPStatusCode() int }
	var azure *azcore.ResponseError
	var google *googleapi.Error
	switch {
	case errors.As(err, &aws):
		if errors.As(err, &response) {
			status = response.HTTPStatusCode()
		}
		return status, aws.ErrorCode() + ", " + aws.ErrorMessage()
	case errors.As(err, &azure):
		return azure.StatusCode, azure.ErrorCode
	case errors.As(err, &google):
		return google.Code, google.Message
	case errors.As(err, &request):
		return 0, request.Err.Error()
	}
	return 0, err.Error()
}

// credentials are what each store's library looks for first.
func credentials() map[string]string {
	return map[string]string{
		"s3":     "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE",
		"gs":     "GOOGLE_APPLICATION_CREDENTIALS to the file of a service account",
		"azblob": "AZURE_STORAGE_ACCOUNT, and AZURE_STORAGE_KEY or AZURE_STORAGE_SAS_TOKEN",
	}
}

// lacksCredentials recognises the libraries' errors when nobody told them who asks.
func lacksCredentials(text string) bool {
	return slices.ContainsFunc([]string{"get credentials", "could not find default credentials", "DefaultAzureCredential", "get identity"},
		func(sign string) bool { return strings.Contains(text, sign) })
}

// secretive are the parts of URLs that may hold secrets: the user before the host, and everything behind the question mark.
var secretive = regexp.MustCompile(`(\w://)[^/\s"@]*@|\?[^\s"]*`)

// clean makes one bounded line without secrets.
func clean(text string) string {
	const most = 300
	text = secretive.ReplaceAllString(strings.Join(strings.Fields(text), " "), "$1")
	if r := []rune(text); len(r) > most {
		text = string(r[:most]) + "…"
	}
	return text
}
