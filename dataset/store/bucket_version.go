//go:build cloud

package store

import (
	"strconv"
	"strings"

	"cloud.google.com/go/storage"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	azure "github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/blob"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/container"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// answer is what the services say about an object: an entry of a list, its attributes, or the head of a read.
type answer interface{ As(any) bool }

// version is the identity of an object's content in an answer: the entity tag of S3 and Azure, the generation of Google.
// The portable attributes have it for one of the three kinds of answer only. "" if the service sends none.
func version(a answer) string {
	if v, ok := versionS3(a); ok {
		return v
	}
	if v, ok := versionGoogle(a); ok {
		return v
	}
	return versionAzure(a)
}

func versionS3(a answer) (string, bool) {
	var entry types.Object
	var head s3.HeadObjectOutput
	var body s3.GetObjectOutput
	switch {
	case a.As(&entry):
		return tag(entry.ETag), true
	case a.As(&head):
		return tag(head.ETag), true
	case a.As(&body):
		return tag(body.ETag), true
	}
	return "", false
}

func versionGoogle(a answer) (string, bool) {
	var entry storage.ObjectAttrs
	var body *storage.Reader
	switch {
	case a.As(&entry):
		return strconv.FormatInt(entry.Generation, 10), true
	case a.As(&body):
		return strconv.FormatInt(body.Attrs.Generation, 10), true
	}
	return "", false
}

func versionAzure(a answer) string {
	var entry container.BlobItem
	var head azure.GetPropertiesResponse
	var body azure.DownloadStreamResponse
	var etag *azcore.ETag
	switch {
	case a.As(&entry) && entry.Properties != nil:
		etag = entry.Properties.ETag
	case a.As(&head):
		etag = head.ETag
	case a.As(&body):
		etag = body.ETag
	}
	return tag((*string)(etag))
}

// tag is an entity tag without the quotes, which lists leave out and heads do not.
func tag(etag *string) string {
	if etag == nil {
		return ""
	}
	return strings.Trim(*etag, `"`)
}
