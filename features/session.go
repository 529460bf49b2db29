package features

import "holdfast/dataset"

// Session encodes batches one at a time, for who has them one at a time: what EncodeBatches
// does for a source that can be read as a whole. Several goroutines may encode at once, each
// with a block of its own.
type Session struct {
	encoder  *Encoder
	unseen   *unseenLevels // of all batches so far
	straight []*Straight   // see Straight
}

// Session begins to encode.
func (e *Encoder) Session() *Session {
	return &Session{encoder: e, unseen: newUnseenLevels(), straight: e.straights()}
}

// Width is the number of design columns.
func (s *Session) Width() int { return len(s.straight) }

// Encode fills the columns of a block, as long as the batch each, in the order of
// Encoder.Names.
func (s *Session) Encode(b *dataset.Batch, block [][]float64) error {
	s.encoder.encodeBatch(b, block, s.unseen)
	return b.Err()
}

// Warnings tells of the unseen levels of all batches.
func (s *Session) Warnings() []dataset.Warning { return s.unseen.warnings(s.encoder) }
