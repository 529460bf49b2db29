//go:build cloud

package storetest

import (
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
)

// Proxy stands between a client and a server, counts what passes, and can be told to be silent.
type Proxy struct {
	// Address is where clients connect.
	Address string
	// Requests counts what clients asked.
	Requests atomic.Int64
	// Bytes counts the bodies of the answers.
	Bytes atomic.Int64
	// Silent makes the proxy keep requests unanswered until their clients give up.
	Silent atomic.Bool

	behind string // the address of the server
}

// newProxy starts a proxy for a server that will listen on p.behind.
func newProxy(t testing.TB) *Proxy {
	p := &Proxy{behind: freeAddress(t)}
	forward := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(&url.URL{Scheme: "http", Host: p.behind})
			r.Out.Host = r.In.Host // signatures cover it
		},
		ModifyResponse: func(r *http.Response) error {
			r.Body = counted{r.Body, &p.Bytes}
			return nil
		},
		ErrorLog: log.New(io.Discard, "", 0), // clients that give up are part of the tests
	}
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.Requests.Add(1)
		if p.Silent.Load() {
			<-r.Context().Done()
			return
		}
		forward.ServeHTTP(w, r)
	}))
	t.Cleanup(front.Close)
	p.Address = strings.TrimPrefix(front.URL, "http://")
	return p
}

// freeAddress is a loopback address that nobody listens on.
func freeAddress(t testing.TB) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// counted counts what is read.
type counted struct {
	io.ReadCloser
	n *atomic.Int64
}

// Read implements io.Reader.
func (c counted) Read(b []byte) (int, error) {
	n, err := c.ReadCloser.Read(b)
	c.n.Add(int64(n))
	return n, err
}
