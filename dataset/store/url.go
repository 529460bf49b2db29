package store

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// address is a parsed URL of an object store.
type address struct {
	scheme, bucket, key string
	options             url.Values
}

// schemes are the object stores with the options that their URLs may carry: where the service is and how to speak with
// it. An option that could hold a secret is not among them.
func schemes() map[string][]string {
	return map[string][]string{
		"s3": {"region", "endpoint", "use_path_style", "s3ForcePathStyle", "disable_https", "hostname_immutable", "profile", "role",
			"dualstack", "fips", "accelerate", "anonymous", "request_checksum_calculation", "response_checksum_validation"},
		"gs":     {"anonymous", "universe_domain"},
		"azblob": {"storage_account", "domain", "protocol", "cdn", "localemu"},
	}
}

// aliases are other tools' names for the same stores.
func aliases() map[string]string {
	return map[string]string{"s3a": "s3", "s3n": "s3", "gcs": "gs", "az": "azblob", "azure": "azblob", "abfs": "azblob", "abfss": "azblob", "wasb": "azblob", "wasbs": "azblob"}
}

// urlStart is how URLs start. A single letter is a drive of Windows.
var urlStart = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]+://`)

// IsURL reports whether a path is a URL rather than a local path.
func IsURL(path string) bool { return urlStart.MatchString(path) }

// Check refuses URLs that cannot be read whatever lies there: of an unknown store, without a bucket, or with credentials.
// Local paths pass. The error completes the sentence "URL …" and repeats nothing of the URL but its scheme.
func Check(path string) error {
	if !IsURL(path) {
		return nil
	}
	_, err := parse(path)
	return err
}

// Name is what messages show of a path: a URL loses its options, and all behind the scheme where a user or password may
// stand in it, which may hold any character itself. A local path is shown as it is.
func Name(path string) string {
	if !IsURL(path) {
		return path
	}
	scheme, rest, _ := strings.Cut(path, "://")
	rest, _, _ = strings.Cut(rest, "?")
	if host, _, _ := strings.Cut(rest, "/"); strings.ContainsAny(host, ":@") {
		return scheme + "://…"
	}
	return scheme + "://" + rest
}

// parse splits a URL. The key is taken as it is, without unescaping: object names may hold any character, and hive trees
// hold percent signs.
func parse(path string) (address, error) {
	scheme, rest, _ := strings.Cut(path, "://")
	allowed, known := schemes()[scheme]
	if !known {
		return address{}, unknownScheme(scheme)
	}
	rest, query, _ := strings.Cut(rest, "?")
	bucket, key, _ := strings.Cut(rest, "/")
	switch {
	case strings.ContainsAny(bucket, ":@"):
		return address{}, fmt.Errorf("a URL must not hold a user or password: write %s://bucket/prefix and give the credentials in the environment", scheme)
	case bucket == "":
		return address{}, fmt.Errorf("names no bucket: write %s://bucket/prefix", scheme)
	}
	options, err := url.ParseQuery(query)
	if err != nil {
		return address{}, fmt.Errorf("has options behind the question mark that cannot be read: write ?name=value&name=value")
	}
	return address{scheme, bucket, key, options}, checkOptions(options, allowed)
}

// checkOptions refuses options that are not known to be harmless.
func checkOptions(options url.Values, allowed []string) error {
	for name, values := range options {
		if !slices.Contains(allowed, name) {
			return fmt.Errorf("has an option that is not one of %s; credentials and signatures belong in the environment", strings.Join(allowed, ", "))
		}
		for _, v := range values {
			if strings.Contains(v, "@") {
				return fmt.Errorf("option %s must not hold a user or password: give credentials in the environment", name)
			}
		}
	}
	return nil
}

// unknownScheme names the store that was probably meant.
func unknownScheme(scheme string) error {
	if meant, ok := aliases()[scheme]; ok {
		return fmt.Errorf("is written %s:// here, not %s://", meant, scheme)
	}
	if scheme == "file" {
		return fmt.Errorf("is written without file:// here")
	}
	return fmt.Errorf("%s:// is not read here: copy the files to a local folder, or name s3://, gs:// or azblob://", scheme)
}
