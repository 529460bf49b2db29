//go:build cloud

package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/bmatcuk/doublestar/v4"
	"gocloud.dev/blob"
	_ "gocloud.dev/blob/azureblob" // azblob://
	_ "gocloud.dev/blob/gcsblob"   // gs://
	_ "gocloud.dev/blob/s3blob"    // s3://
	"gocloud.dev/gcerrors"
)

// bucket is a path in an object store.
type bucket struct {
	address
	client  *blob.Bucket
	objects map[string]object // by the name of their entries; written by List alone
}

// object is one object as List found it.
type object struct {
	key string
	Identity
}

// openBucket opens the bucket of a URL.
func openBucket(ctx context.Context, a address) (Store, error) {
	u := url.URL{Scheme: a.scheme, Host: a.bucket, RawQuery: a.options.Encode()}
	client, err := blob.OpenBucket(ctx, u.String())
	if err != nil {
		return nil, a.explain(ctx, err)
	}
	return &bucket{address: a, client: client, objects: map[string]object{}}, nil
}

// Close implements Store.
func (b *bucket) Close() error { return b.client.Close() }

// List implements Store. As on a disk, what has the very name wins over what matches it as a pattern.
func (b *bucket) List(ctx context.Context) ([]Entry, error) {
	if single, err := b.single(ctx); err != nil || single != nil {
		return single, err
	}
	chosen, found, err := b.matching(ctx, below(b.key))
	if err == nil && !found && isGlob(b.key, "*[{") {
		rule := pattern(b.key)
		if rule == nil {
			return nil, errPattern
		}
		found = true // a pattern that matches nothing is no missing file
		chosen, _, err = b.matching(ctx, *rule)
	}
	switch {
	case err != nil:
		return nil, err
	case !found:
		return nil, missingf("no such object, and none below it")
	case len(chosen) == 0:
		return nil, errNoParquet
	}
	slices.SortFunc(chosen, func(x, y Entry) int { return cmp.Compare(x.Name, y.Name) })
	return chosen, nil
}

// matching lists the objects that a rule chooses; found tells whether there was one to choose from.
func (b *bucket) matching(ctx context.Context, rule choice) (chosen []Entry, found bool, err error) {
	err = b.each(ctx, rule.prefix, func(o object) {
		found = true
		if rule.chooses(o.key) {
			chosen = append(chosen, b.enter(o, rule.base))
		}
	})
	return chosen, found, err
}

// single looks for an object whose key is the path itself; nil if there is none.
func (b *bucket) single(ctx context.Context) ([]Entry, error) {
	if b.key == "" || strings.HasSuffix(b.key, "/") {
		return nil, nil
	}
	ctx, cancel := patience(ctx, 0)
	defer cancel()
	attributes, err := b.client.Attributes(ctx, b.key)
	if gcerrors.Code(err) == gcerrors.NotFound {
		return nil, nil
	}
	if err != nil {
		return nil, b.explain(ctx, err)
	}
	dir, _ := path.Split(b.key)
	return []Entry{b.enter(object{b.key, Identity{attributes.Size, version(attributes)}}, dir)}, nil
}

// each visits the objects whose key starts with prefix. Keys that end in a slash are the empty markers that consoles make
// for folders.
func (b *bucket) each(ctx context.Context, prefix string, visit func(object)) error {
	objects := b.client.List(&blob.ListOptions{Prefix: prefix})
	for {
		page, cancel := patience(ctx, 0)
		o, err := objects.Next(page)
		switch {
		case errors.Is(err, io.EOF):
			cancel()
			return nil
		case gcerrors.Code(err) == gcerrors.NotFound:
			cancel()
			return missingf("no such bucket")
		case err != nil:
			defer cancel()
			return b.explain(page, err)
		case !strings.HasSuffix(o.Key, "/"):
			visit(object{o.Key, Identity{o.Size, version(o)}})
		}
		cancel()
	}
}

// enter makes the entry of an object whose key starts with base.
func (b *bucket) enter(o object, base string) Entry {
	name := b.scheme + "://" + b.bucket + "/" + o.key
	b.objects[name] = o
	return Entry{Name: name, Below: path.Dir(strings.TrimPrefix(o.key, base))}
}

// choice is which keys a path stands for: those below a prefix, or those that match a pattern.
type choice struct {
	prefix  string // of all that are chosen, for the service to look there only
	base    string // of what is cut off before key=value names count
	pattern string // "": everything below base
}

// below chooses what lies below a key; an empty key is the bucket.
func below(key string) choice {
	if key != "" && !strings.HasSuffix(key, "/") {
		key += "/"
	}
	return choice{prefix: key, base: key}
}

// pattern chooses what matches a key with wildcards; nil if it is not a valid pattern.
func pattern(key string) *choice {
	if !doublestar.ValidatePattern(key) {
		return nil
	}
	c := &choice{pattern: strings.TrimSuffix(key, "/")}
	c.prefix = c.pattern[:strings.IndexAny(c.pattern, `*[{\`)]
	if base, _ := doublestar.SplitPattern(c.pattern); base != "." {
		c.base = base + "/"
	}
	return c
}

// chooses reports whether a key is data of the path: by its own name, or because a directory above it was named.
func (c *choice) chooses(key string) bool {
	if c.pattern == "" {
		return isPartBelow(strings.TrimPrefix(key, c.base))
	}
	if doublestar.MatchUnvalidated(c.pattern, key) {
		return true
	}
	for at, r := range key {
		if r == '/' && doublestar.MatchUnvalidated(c.pattern, key[:at]) && isPartBelow(key[at+1:]) {
			return true
		}
	}
	return false
}

// isPartBelow reports whether a file is data of the tree that its relative path starts from.
func isPartBelow(relative string) bool {
	dir, file := path.Split(relative)
	return isPart(file) && !slices.ContainsFunc(strings.Split(dir, "/"), isClosed)
}

// Open implements Store. It asks nothing of the service: List has the identity, and every answer to a read carries one.
func (b *bucket) Open(ctx context.Context, name string) (*File, error) {
	o, listed := b.objects[name]
	if !listed {
		return nil, missingf("no such object in the list of this path")
	}
	return &File{ReaderAt: &ranges{ctx, b, o}, Closer: io.NopCloser(nil), Identity: o.Identity, Remote: true}, nil
}

// ranges reads an object by ranges.
type ranges struct {
	ctx    context.Context
	bucket *bucket
	object
}

// ReadAt implements io.ReaderAt with one request.
func (r *ranges) ReadAt(b []byte, offset int64) (int, error) {
	if offset >= r.Size {
		return 0, io.EOF
	}
	n := min(int64(len(b)), r.Size-offset)
	ctx, cancel := patience(r.ctx, n)
	defer cancel()
	body, err := r.bucket.client.NewRangeReader(ctx, r.key, offset, n, nil)
	if err != nil {
		return 0, r.explain(ctx, err)
	}
	defer body.Close()
	if (Identity{body.Size(), version(body)}) != r.Identity {
		return 0, ErrChanged
	}
	read, err := io.ReadFull(body, b[:n])
	if err != nil {
		return read, r.explain(ctx, err)
	}
	if read < len(b) {
		err = io.EOF
	}
	return read, err
}

// explain says why a listed object could not be read. One that is gone, or too short for its range, has been replaced.
func (r *ranges) explain(ctx context.Context, err error) error {
	if gcerrors.Code(err) == gcerrors.NotFound {
		return ErrChanged
	}
	if ctx.Err() == nil {
		now, asked := r.bucket.client.Attributes(ctx, r.key)
		if asked == nil && (Identity{now.Size, version(now)}) != r.Identity {
			return ErrChanged
		}
	}
	return r.bucket.explain(ctx, err)
}

// patience bounds one request: a minute for the answer and a second for each 64 KiB, which is slower than any line that
// could carry the work. The retries of the service's library are within it.
func patience(ctx context.Context, bytes int64) (context.Context, context.CancelFunc) {
	limit := time.Minute + time.Duration(bytes>>16)*time.Second
	return context.WithTimeoutCause(ctx, limit, &classified{fmt.Sprintf("the store did not answer within %s; try again", limit), context.DeadlineExceeded})
}
