package parquetio

import (
	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"
)

// The types below are the parts of Parquet's Thrift structures that reading needs, with the field numbers of parquet.thrift
// (apache/parquet-format). What is not listed is skipped by the decoder: statistics of text, key-value metadata, indexes,
// bloom filters. Some writers leave out fields there that parquet-go's own types require, others fill megabytes, and
// nothing that is never looked at can make a file unreadable.

// fileMeta is FileMetaData.
type fileMeta struct {
	Schema    thrift.Slice[format.SchemaElement] `thrift:"2,required"`
	NumRows   int64                              `thrift:"3,required"`
	RowGroups thrift.Slice[groupMeta]            `thrift:"4,required"`
}

// groupMeta is RowGroup.
type groupMeta struct {
	Columns thrift.Slice[chunkMeta] `thrift:"1,required"`
	NumRows int64                   `thrift:"3,required"`
}

// chunkMeta is ColumnChunk.
type chunkMeta struct {
	FilePath                string                      `thrift:"1,optional"`
	MetaData                columnMeta                  `thrift:"3,optional"`
	CryptoMetadata          format.ColumnCryptoMetaData `thrift:"8,optional"`
	EncryptedColumnMetadata []byte                      `thrift:"9,optional"`
}

// columnMeta is ColumnMetaData.
type columnMeta struct {
	Type                 format.Type             `thrift:"1,required"`
	PathInSchema         thrift.Slice[string]    `thrift:"3,required"`
	Codec                format.CompressionCodec `thrift:"4,required"`
	NumValues            int64                   `thrift:"5,required"`
	TotalCompressedSize  int64                   `thrift:"7,required"`
	DataPageOffset       int64                   `thrift:"9,required"`
	DictionaryPageOffset int64                   `thrift:"11,optional"`
	Statistics           leastMeta               `thrift:"12,optional"`
}

// leastMeta is the part of Statistics that tells the smallest value. The deprecated field 2 is not read: writers disagreed
// on its order.
type leastMeta struct {
	MinValue []byte `thrift:"6,optional"`
}

// pageMeta is PageHeader.
type pageMeta struct {
	Type                 format.PageType                          `thrift:"1,required"`
	UncompressedPageSize int32                                    `thrift:"2,required"`
	CompressedPageSize   int32                                    `thrift:"3,required"`
	CRC                  thrift.Null[int32]                       `thrift:"4,optional"`
	DataPageHeader       thrift.Null[dataMetaV1]                  `thrift:"5,optional"`
	IndexPageHeader      thrift.Null[format.IndexPageHeader]      `thrift:"6,optional"`
	DictionaryPageHeader thrift.Null[format.DictionaryPageHeader] `thrift:"7,optional"`
	DataPageHeaderV2     thrift.Null[dataMetaV2]                  `thrift:"8,optional"`
}

// dataMetaV1 is DataPageHeader.
type dataMetaV1 struct {
	NumValues               int32           `thrift:"1,required"`
	Encoding                format.Encoding `thrift:"2,required"`
	DefinitionLevelEncoding format.Encoding `thrift:"3,required"`
	RepetitionLevelEncoding format.Encoding `thrift:"4,required"`
}

// dataMetaV2 is DataPageHeaderV2.
type dataMetaV2 struct {
	NumValues                  int32             `thrift:"1,required"`
	NumNulls                   int32             `thrift:"2,required"`
	NumRows                    int32             `thrift:"3,required"`
	Encoding                   format.Encoding   `thrift:"4,required"`
	DefinitionLevelsByteLength int32             `thrift:"5,required"`
	RepetitionLevelsByteLength int32             `thrift:"6,required"`
	IsCompressed               thrift.Null[bool] `thrift:"7,optional"`
}

// compressed reports whether the values went through the codec of the chunk, as they do unless the header says otherwise.
func (d *dataMetaV2) compressed() bool { return !d.IsCompressed.Valid || d.IsCompressed.V }
