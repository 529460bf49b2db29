//go:build cloud

package store_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"holdfast/dataset/store"
	"holdfast/dataset/store/storetest"
)

// onEach runs a test against every service that is installed.
func onEach(t *testing.T, unchecked string, test func(t *testing.T, s *storetest.Service)) {
	for _, scheme := range storetest.Schemes() {
		t.Run(scheme, func(t *testing.T) { test(t, storetest.Start(t, scheme, unchecked)) })
	}
}

// lab is a tree with everything that writers leave behind.
var lab = []string{
	"tree/b.parquet", "tree/a.parquet", "tree/sub/c.PARQ", "tree/_SUCCESS", "tree/_metadata", "tree/.a.parquet.crc",
	"tree/_temporary/d.parquet", "tree/README.md", "tree/.hidden/e.parquet", "tree/_month=2026-01/f.pq",
	"hive/month=2026-01/region=EU%20West/a.parquet", "hive/month=2026-02/region=US/a.parquet", "hive/month=2026-02/region=US/b.txt",
	"other/x.parquet", "treetop.parquet", "plain.bin", "empty/_SUCCESS", "odd [1]/a.parquet",
}

// listed is a list without what differs between stores: entries relative to the root, and the kind of an error.
func listed(t *testing.T, root, path string) []string {
	t.Helper()
	s, err := store.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	entries, err := s.List(t.Context())
	if errors.Is(err, fs.ErrNotExist) {
		return []string{"nothing there"}
	}
	if err != nil {
		return []string{err.Error()}
	}
	var list []string
	for _, e := range entries {
		list = append(list, strings.TrimPrefix(filepath.ToSlash(e.Name), filepath.ToSlash(root)+"/")+" below "+e.Below)
	}
	return list
}

func TestATreeListsAsItDoesOnADisk(t *testing.T) {
	dir := t.TempDir()
	for _, name := range lab {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(name), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	paths := []string{"tree", "tree/", "tree/a.parquet", "tree/*.parquet", "tree/*", "tree/**", "hive", "hive/month=2026-0[12]", "hive/month=*/region=US",
		"hive/*/*/*.txt", "{other,tree/sub}", "**/a.parquet", "*.parquet", "plain.bin", "plain*", "empty", "empty/", "none", "none/", "none*", "tre", "[a", "odd [1]", "odd [1]/a.parquet"}
	onEach(t, "lists of objects", func(t *testing.T, s *storetest.Service) {
		for _, name := range lab {
			if !strings.Contains(name, "%") || !strings.HasPrefix(s.URL(""), "azblob") { // see the limits in the package comment
				s.Put(t, name, []byte(name))
			}
		}
		for _, path := range paths {
			want := listed(t, dir, filepath.Join(dir, filepath.FromSlash(path)))
			root, _, _ := strings.Cut(s.URL(""), "?")
			if strings.HasPrefix(root, "azblob") {
				want = withoutPercent(want)
			}
			if diff := cmp.Diff(want, listed(t, root, s.URL(path))); diff != "" {
				t.Errorf("%s (-disk +store):\n%s", path, diff)
			}
		}
	})
}

// withoutPercent drops the entries that cannot be in an Azure container.
func withoutPercent(list []string) (rest []string) {
	for _, e := range list {
		if !strings.Contains(e, "%") {
			rest = append(rest, e)
		}
	}
	return rest
}

// opened puts an object and opens it.
func opened(t *testing.T, ctx context.Context, s *storetest.Service, key string, content []byte) *store.File {
	t.Helper()
	s.Put(t, key, content)
	place, err := store.Open(ctx, s.URL(key))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { place.Close() })
	entries, err := place.List(ctx)
	if err != nil {
		t.Fatal(err)
	}
	f, err := place.Open(ctx, entries[0].Name)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestRangesAreTheBytesOfTheObject(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	content := make([]byte, 300_000)
	for i := range content {
		content[i] = byte(rng.Uint32())
	}
	onEach(t, "range reads", func(t *testing.T, s *storetest.Service) {
		f := opened(t, t.Context(), s, "bytes.parquet", content)
		if f.Size != int64(len(content)) || f.Version == "" || !f.Remote {
			t.Fatalf("opened as %+v", f)
		}
		for range 30 {
			from := rng.IntN(len(content))
			b := make([]byte, rng.IntN(len(content)/4))
			n, err := f.ReadAt(b, int64(from))
			want := content[from:min(from+len(b), len(content))]
			if short := len(want) < len(b); !bytes.Equal(b[:n], want) || short != errors.Is(err, io.EOF) || !short && err != nil {
				t.Fatalf("%d bytes at %d: %d bytes, %v", len(b), from, n, err)
			}
		}
		if _, err := f.ReadAt(make([]byte, 1), f.Size); !errors.Is(err, io.EOF) {
			t.Errorf("reading behind the end gives %v", err)
		}
	})
}

func TestAnObjectThatIsReplacedOrRemovedIsNotReadOn(t *testing.T) {
	content := bytes.Repeat([]byte("0123456789"), 100)
	changes := map[string]func(*testing.T, *storetest.Service, string){
		"replaced by as many bytes": func(t *testing.T, s *storetest.Service, key string) {
			s.Put(t, key, bytes.ToUpper(bytes.Repeat([]byte("abcdefghij"), 100)))
		},
		"replaced by fewer bytes": func(t *testing.T, s *storetest.Service, key string) { s.Put(t, key, []byte("short")) },
		"removed":                 func(t *testing.T, s *storetest.Service, key string) { s.Delete(t, key) },
	}
	onEach(t, "objects that change while they are read", func(t *testing.T, s *storetest.Service) {
		for name, change := range changes {
			f := opened(t, t.Context(), s, "changing.parquet", content)
			b := make([]byte, 10)
			if _, err := f.ReadAt(b, 500); err != nil {
				t.Fatal(err)
			}
			change(t, s, "changing.parquet")
			if _, err := f.ReadAt(b, 500); !errors.Is(err, store.ErrChanged) {
				t.Errorf("%s: read %q, %v", name, b, err)
			}
		}
	})
}

func TestAReadEndsWithItsContext(t *testing.T) {
	onEach(t, "cancellation", func(t *testing.T, s *storetest.Service) {
		ctx, cancel := context.WithCancel(t.Context())
		f := opened(t, ctx, s, "slow.parquet", make([]byte, 1000))
		s.Silent.Store(true)
		time.AfterFunc(100*time.Millisecond, cancel)
		begin := time.Now()
		_, err := f.ReadAt(make([]byte, 10), 0)
		if took := time.Since(begin); !errors.Is(err, context.Canceled) || took > time.Second {
			t.Errorf("after %s: %v", took, err)
		}
	})
}

func TestWhatAStoreRefusesIsAPermission(t *testing.T) {
	s := storetest.Start(t, "s3", "wrong credentials")
	if s.Server == "moto_server" {
		t.Skip("moto_server lets everybody in: wrong credentials were not checked")
	}
	s.Put(t, "a.parquet", []byte("a"))
	t.Setenv("AWS_SECRET_ACCESS_KEY", "wrong-wrong")
	for _, key := range []string{"a.parquet", "", "*.parquet"} {
		_, err := list(t, s.URL(key))
		if !errors.Is(err, fs.ErrPermission) || strings.Contains(err.Error(), "wrong") || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: error %v, want one line that is fs.ErrPermission", key, err)
		}
	}
}

func TestAStoreThatIsDownIsNeitherMissingNorForbidden(t *testing.T) {
	s := storetest.Start(t, "s3", "a store that is down")
	_, err := list(t, strings.Replace(s.URL("a.parquet"), s.Address, "127.0.0.1:1", 1))
	if err == nil || errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) || !strings.Contains(err.Error(), "connection refused") {
		t.Errorf("error %v", err)
	}
}

// list lists a URL.
func list(t *testing.T, url string) ([]store.Entry, error) {
	t.Helper()
	place, err := store.Open(t.Context(), url)
	if err != nil {
		return nil, err
	}
	defer place.Close()
	return place.List(t.Context())
}

func TestAMissingBucketIsNotThere(t *testing.T) {
	onEach(t, "missing buckets", func(t *testing.T, s *storetest.Service) {
		for _, key := range []string{"", "a.parquet", "tree/", "*.parquet"} {
			if _, err := list(t, strings.Replace(s.URL(key), storetest.Bucket, "nobucket", 1)); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("%q: %v", key, err)
			}
		}
	})
}
