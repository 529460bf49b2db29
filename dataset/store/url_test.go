package store

import (
	"strings"
	"testing"
)

func TestURLsAreToldFromPaths(t *testing.T) {
	for path, want := range map[string]bool{
		"s3://bucket/prefix": true, "gs://bucket": true, "azblob://c/x?domain=d": true, "HTTPS://x": true, "s3a://b/k": true,
		"snapshots": false, "./s3:/x": false, "/s3://x": false, `C:\data\x.parquet`: false, "C://data": false, "a b://x": false, "": false, "month=1://x": false,
	} {
		if got := IsURL(path); got != want {
			t.Errorf("IsURL(%q) = %v", path, got)
		}
	}
}

func TestNamesShowNoSecrets(t *testing.T) {
	cases := map[string]string{
		"data/snapshots?x=1":                           "data/snapshots?x=1",
		"s3://bucket/a b/c.parquet":                    "s3://bucket/a b/c.parquet",
		"s3://bucket":                                  "s3://bucket",
		"s3://bucket/?region=eu-west-1":                "s3://bucket/",
		"s3://AKIA:secret@bucket/x":                    "s3://…",
		"s3://AKIA:se/cret@bucket/x":                   "s3://…",
		"s3://AKIA:se?cret@bucket/x":                   "s3://…",
		"https://host/x?X-Amz-Signature=secret#secret": "https://host/x",
		"azblob://c/x?sig=secret?sig=secret":           "azblob://c/x",
		"s3://bucket?secret=1/2":                       "s3://bucket",
		"s3://a@b:secret@bucket/x":                     "s3://…",
	}
	for path, want := range cases {
		if got := Name(path); got != want {
			t.Errorf("Name(%q) = %q, want %q", path, got, want)
		}
	}
}

func TestURLsThatCannotBeReadSayWhatToWrite(t *testing.T) {
	cases := map[string]string{
		"s3a://bucket/x":                            "is written s3:// here, not s3a://",
		"abfss://c@account.dfs/x":                   "is written azblob:// here, not abfss://",
		"file:///data/x":                            "is written without file:// here",
		"https://host/x.parquet":                    "https:// is not read here: copy the files to a local folder",
		"s3:///x":                                   "names no bucket: write s3://bucket/prefix",
		"s3://key:secret@bucket/x":                  "a URL must not hold a user or password: write s3://bucket/prefix",
		"s3://bucket/x?X-Amz-Signature=secret":      "has an option that is not one of region, endpoint",
		"gs://bucket/x?private_key_path=secret":     "has an option that is not one of anonymous",
		"s3://bucket/x?endpoint=http://u:secret@h/": "option endpoint must not hold a user or password",
		"s3://bucket/x?%zz=secret":                  "has options behind the question mark that cannot be read",
	}
	for path, want := range cases {
		err := Check(path)
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: error %v, want %q and nothing secret", path, err, want)
		}
		if _, opened := Open(t.Context(), path); opened == nil || opened.Error() != err.Error() {
			t.Errorf("%s: Open says %v, Check %v", path, opened, err)
		}
	}
}

func TestURLsThatCanBeReadPass(t *testing.T) {
	for _, path := range []string{"s3://b", "s3://b/", "s3://b/k%20=1/x?region=r&use_path_style=true&endpoint=http://127.0.0.1:9000", "gs://b/x", "azblob://c/x?storage_account=a", "local/x"} {
		if err := Check(path); err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func TestAKeyIsTakenAsItIsWritten(t *testing.T) {
	a, err := parse("s3://bucket/month=2026%2F03/a b#1.parquet?region=eu")
	if err != nil || a.bucket != "bucket" || a.key != "month=2026%2F03/a b#1.parquet" || a.options.Get("region") != "eu" {
		t.Errorf("%+v %v", a, err)
	}
}

// FuzzName hides a marker where secrets stand and looks for it in all that is shown of a URL.
func FuzzName(f *testing.F) {
	for _, seed := range []string{"s3", "gs", "azblob", "https", "x+y"} {
		f.Add(seed, "user", "bucket", "a/b c", "sig")
	}
	f.Add("s3", "a/b", "", "?", "%")
	f.Fuzz(func(t *testing.T, scheme, user, bucket, key, option string) {
		const marker = "\x00marker\x00"
		path := scheme + "://" + user + ":" + marker + key + "@" + bucket + "/" + key + "?" + option + "=" + marker
		if !IsURL(path) || strings.Contains(user, "/") || strings.Contains(user, "?") {
			return
		}
		if shown := Name(path); strings.Contains(shown, marker) {
			t.Errorf("%q is shown as %q", path, shown)
		}
		if err := Check(path); err == nil || strings.Contains(err.Error(), marker) {
			t.Errorf("%q: %v", path, err)
		}
	})
}
