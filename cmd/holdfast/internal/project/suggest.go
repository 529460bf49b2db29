package project

import (
	"strings"

	"holdfast/dataset/expr"
)

// suggestKey names the nearest key of the mapping; failing that, the mapping that has such a key;
// failing that, the keys there are.
func (s section) suggestKey(name string) string {
	if len(s.problems) >= maxSuggested {
		return ""
	}
	var here []string
	for _, k := range s.keys {
		here = append(here, k.Name())
	}
	if near, ok := s.nearest(name, here); ok {
		return "did you mean " + quote(near) + "?"
	}
	for _, k := range Keys() {
		if k.Name() == name {
			return "it belongs to " + home(k)
		}
	}
	return "the keys here are " + strings.Join(here, ", ")
}

// home says where a key stands.
func home(k Key) string {
	if in := strings.TrimSuffix(parent(k.Path), "[]"); in != "" {
		return in
	}
	return "the top of the file"
}

// maxSuggested bounds the search for near names: nobody reads the hundredth suggestion, and a hostile
// file can ask for a hundred thousand.
const maxSuggested = 100

// nearest is the most similar name, while there are few problems; false where none is similar.
func (r *reader) nearest(name string, have []string) (string, bool) {
	if len(r.problems) >= maxSuggested {
		return "", false
	}
	return expr.Nearest(name, have)
}

// suggestName is a hint for a name that should be one of have: the nearest, or the first few.
func (r *reader) suggestName(name, what string, have []string) string {
	if near, ok := r.nearest(name, have); ok {
		return "did you mean " + quote(near) + "?"
	}
	if len(have) == 0 {
		return ""
	}
	const few = 10
	names := make([]string, 0, few)
	for _, h := range have[:min(few, len(have))] {
		names = append(names, quoteOdd(h))
	}
	if len(have) > few {
		names = append(names, "…")
	}
	return what + " " + strings.Join(names, ", ")
}
