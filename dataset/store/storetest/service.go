//go:build cloud

package storetest

import (
	"context"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"cloud.google.com/go/storage"
	"github.com/Azure/azure-sdk-for-go/sdk/storage/azblob/container"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"gocloud.dev/blob"
	_ "gocloud.dev/blob/azureblob" // azblob://
	_ "gocloud.dev/blob/gcsblob"   // gs://
	_ "gocloud.dev/blob/s3blob"    // s3://
)

// Bucket is the name of the bucket that a service starts with.
const Bucket = "lab"

// Service is a running object store with one bucket.
type Service struct {
	*Proxy
	// Server is the name of the program that runs.
	Server          string
	scheme, options string
	client          *blob.Bucket
}

// Schemes are the object stores that Start knows.
func Schemes() []string { return []string{"s3", "azblob", "gs"} }

// Start runs a server and sets the environment so that the URLs of the service reach it. Where no server is installed the
// test is skipped and says what goes unchecked.
func Start(t testing.TB, scheme, unchecked string) *Service {
	t.Helper()
	s := &Service{scheme: scheme, Proxy: newProxy(t)}
	var server []string
	switch scheme {
	case "s3":
		server = s.s3(t)
	case "azblob":
		server = s.azure(t)
	case "gs":
		server = s.google(t)
	}
	if server == nil {
		t.Skipf("no server for %s:// is installed, so not checked: %s", scheme, unchecked)
	}
	s.Server = filepath.Base(server[0])
	run(t, s.behind, server)
	var err error
	if s.client, err = blob.OpenBucket(t.Context(), s.URL("")); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.client.Close() })
	if err := s.createBucket(t.Context()); err != nil {
		t.Fatalf("creating the bucket: %v", err)
	}
	return s
}

// first returns the path of the first program that is installed.
func first(names ...string) (path, name string) {
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path, name
		}
	}
	return "", ""
}

// s3 returns the command of an S3 server.
func (s *Service) s3(t testing.TB) []string {
	for name, value := range map[string]string{"AWS_ACCESS_KEY_ID": "holdfast", "AWS_SECRET_ACCESS_KEY": "holdfast-secret", "AWS_EC2_METADATA_DISABLED": "true",
		"AWS_CONFIG_FILE": os.DevNull, "AWS_SHARED_CREDENTIALS_FILE": os.DevNull, "ROOT_ACCESS_KEY": "holdfast", "ROOT_SECRET_KEY": "holdfast-secret"} {
		t.Setenv(name, value)
	}
	s.options = "?region=us-east-1&use_path_style=true&endpoint=http://" + s.Address
	host, port, _ := net.SplitHostPort(s.behind)
	switch path, name := first("versitygw", "moto_server"); name {
	case "versitygw":
		return []string{path, "--port", s.behind, "posix", t.TempDir()}
	case "moto_server":
		return []string{path, "-H", host, "-p", port}
	}
	return nil
}

// azure returns the command of an Azure server, with an account of our own.
func (s *Service) azure(t testing.TB) []string {
	const account, key = "holdfast", "aG9sZGZhc3QtaG9sZGZhc3QtaG9sZGZhc3QtMTIzNA=="
	for name, value := range map[string]string{"AZURITE_ACCOUNTS": account + ":" + key, "AZURE_STORAGE_ACCOUNT": account, "AZURE_STORAGE_KEY": key} {
		t.Setenv(name, value)
	}
	s.options = "?localemu=true&protocol=http&domain=" + s.Address
	host, port, _ := net.SplitHostPort(s.behind)
	if path, _ := first("azurite-blob"); path != "" {
		return []string{path, "--silent", "--skipApiVersionCheck", "--disableTelemetry", "--disableProductStyleUrl",
			"--location", t.TempDir(), "--blobHost", host, "--blobPort", port}
	}
	return nil
}

// google returns the command of a Google server.
func (s *Service) google(t testing.TB) []string {
	t.Setenv("STORAGE_EMULATOR_HOST", s.Address)
	host, port, _ := net.SplitHostPort(s.behind)
	if path, _ := first("fake-gcs-server"); path != "" {
		return []string{path, "-scheme", "http", "-host", host, "-port", port, "-public-host", s.Address, "-filesystem-root", t.TempDir(), "-log-level", "error"}
	}
	return nil
}

// run starts a server and waits until it listens.
func run(t testing.TB, address string, command []string) {
	t.Helper()
	server := exec.Command(command[0], command[1:]...)
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		server.Process.Kill()
		server.Wait()
	})
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		if c, err := net.Dial("tcp", address); err == nil {
			c.Close()
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s does not listen on %s", command[0], address)
		}
	}
}

// createBucket makes the bucket by the service's own client, because the portable one cannot.
func (s *Service) createBucket(ctx context.Context) error {
	var amazon *s3.Client
	var azure *container.Client
	var google *storage.Client
	var err error
	switch {
	case s.client.As(&amazon):
		_, err = amazon.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: aws.String(Bucket)})
	case s.client.As(&azure):
		_, err = azure.Create(ctx, nil)
	case s.client.As(&google):
		err = google.Bucket(Bucket).Create(ctx, "holdfast", nil)
	}
	return err
}

// URL is the URL of a key or prefix in the bucket.
func (s *Service) URL(key string) string {
	if key != "" {
		key = "/" + key
	}
	return s.scheme + "://" + Bucket + key + s.options
}

// Put writes an object.
func (s *Service) Put(t testing.TB, key string, content []byte) {
	t.Helper()
	if err := s.client.WriteAll(t.Context(), key, content, nil); err != nil {
		t.Fatal(err)
	}
}

// Delete removes an object.
func (s *Service) Delete(t testing.TB, key string) {
	t.Helper()
	if err := s.client.Delete(t.Context(), key); err != nil {
		t.Fatal(err)
	}
}
