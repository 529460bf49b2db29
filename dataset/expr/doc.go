// Package expr answers: what does this line of a holdfast.yaml compute from
// the columns of one row? It reads expressions such as
//
//	active_users / licences
//	active_share > 0.8 and (imports >= 0.5 or exports >= 0.5) and trend > 0
//	tenure_days < 90 ? 'onboarding' : tenure_days < 730 ? 'growing' : 'mature'
//
// checks them against the columns there are, and evaluates them over whole
// columns. The way of an expression:
//
//  1. scan splits the source into tokens and screen refuses, by name and with
//     what to write instead, everything the language does not have.
//  2. parse turns the tokens into a bare syntax tree (the grammar is that of
//     github.com/expr-lang/expr, whose evaluator is not used).
//  3. the checker gives every node a type and builds the tree of [Node] values that
//     other packages walk, for instance to write SQL.
//  4. [Expr.Eval] and [Expr.EvalInto] walk that tree once per block of rows
//     and run one loop per node.
//
// # Values
//
// There are three types: [Number] (a float64), [Bool] and [Text]. They do not
// mix: a Bool is not a number (write flag ? 1 : 0), and a number is not a
// text. Every value of every type may be missing. Names of columns are
// case-sensitive. A name that is not made of letters, digits, _ and $, or that
// is a word of the language, is written col("name with space").
//
// Numbers are written 12, 1_000, 0.5, .5 or 1e-3; texts in single or double
// quotes with the escapes of Go ("\n", "\u00e9"); true, false; and nil (or
// null) for a missing value.
//
// A column of dates has the type [Day], which no expression reads: package history
// takes the age of one.
//
// # Operators
//
// From the loosest to the tightest:
//
//	c ? a : b            if(c, a, b) is the same
//	or  ||
//	and &&
//	== != < <= > >= in   x in [1, 2], x not in ['a', 'b']
//	+ -
//	not !
//	* / %
//	- (sign)
//	^ **                 power, from right to left: 2 ^ 3 ^ 2 is 512
//
// Hence -2 ^ 2 is -4, and "not a < b" has to be written "not (a < b)". A
// chain 0 < x < 10 means 0 < x and x < 10. Texts have no order: they know ==,
// != and in only, because the order of words depends on the language and on
// the database. The list after in holds literals of one type, number or text.
//
// A nil stands where its type is known from its neighbours: as a branch of a
// conditional, as an argument, as an operand of arithmetic or logic.
//
// The whole grammar, loosest first; what stands in braces may be repeated:
//
//	expression  = or [ "?" expression ":" expression ]
//	or          = and { ( "or" | "||" ) and }
//	and         = comparison { ( "and" | "&&" ) comparison }
//	comparison  = sum { ( "==" | "!=" | "<" | "<=" | ">" | ">=" ) sum
//	            | [ "not" ] "in" "[" literal { "," literal } "]" }
//	sum         = product { ( "+" | "-" ) product }
//	product     = sign { ( "*" | "/" | "%" ) sign }
//	sign        = { "-" } power
//	power       = atom [ ( "^" | "**" ) sign ]
//	atom        = number | text | "true" | "false" | "nil" | "null" | name
//	            | function "(" expression { "," expression } ")"
//	            | ( "not" | "!" ) product | "(" expression ")"
//
// # Functions
//
//	abs(x) floor(x) ceil(x) sqrt(x) exp(x) expm1(x) log1p(x)
//	log(x), ln(x)        natural logarithm
//	round(x)             to the nearest integer, halves away from zero
//	min(a, b, ...)       the smallest, max(a, b, ...) the largest
//	clip(x, lo, hi)      min(max(x, lo), hi): hi wins where lo > hi
//	coalesce(a, b, ...)  the first that is not missing
//	missing(x)           true where x is missing, else false; never missing
//
// # Missing values
//
// Missing goes through: arithmetic, functions, comparisons and in give missing
// where an argument is missing (min and max too). What has no finite value is
// missing as well: x / 0, x % 0, log of 0 or less, sqrt of a negative number,
// a fractional power of a negative number, and whatever overflows. An infinity
// stored in a column is read as missing. So no result is ever infinite.
//
// and, or, not follow the strong three-valued logic of Kleene (Introduction to
// Metamathematics, 1952, section 64): false and missing is false, true or
// missing is true, and otherwise missing goes through. A conditional whose
// condition is missing is missing; the branch not taken does not matter. Only
// coalesce and missing see through. x == nil is refused, since it could never
// be true. With ? for missing:
//
//	and    true   false  ?          or     true   false  ?
//	true   true   false  ?          true   true   true   true
//	false  false  false  false      false  true   false  ?
//	?      ?      false  ?          ?      true   ?      ?
//
// So a rule such as usage > 0.8 and calls < 3 is false for an account whose
// usage is 0.5, whether or not its calls are known, and missing, not false,
// for one whose usage is 0.9 and whose calls are unknown. Who wants it false
// writes coalesce(usage > 0.8 and calls < 3, false).
//
// % is [math.Mod]: the remainder has the sign of x.
//
// # A worked rule
//
// A customer is sticky who uses most of the seats, one of three features, and
// ever more:
//
//	active_share > 0.8
//	  and (imports >= 0.5 or exports >= 0.5 or newsletters >= 0.5)
//	  and usage_trend > 0
//
// For an account with active_share 0.9, imports missing, exports 0.7 and a
// usage_trend of 0.1, the brackets are true, since one feature is enough, and
// so is the rule. With exports 0.1 and newsletters 0 as well, the brackets are
// missing, since imports could be anything, and so is the rule. With an
// active_share of 0.5 it is false, whatever the rest.
//
// # Compiling a tree to another language
//
// [Expr.Root] gives the tree and [Node] lists its types, [Op] and [Func] the
// operators and functions with what has to be reproduced. What trips up SQL:
// division of integers (cast columns and literals to double), errors or
// infinities for x / 0, ln(0) and overflow (guard by CASE), log that is
// decimal, GREATEST that skips NULL, round that takes the even half, NaN that
// equals NaN, and NULL in IN. What SQL shares: NULL in and, or, not and
// comparisons is Kleene's unknown. What differs: CASE WHEN c takes ELSE where c
// is unknown; a [Conditional] is missing there.
//
// # Limits
//
// A source has at most 4096 bytes, brackets nest 64 deep, and a tree has at
// most 1000 nodes and 64 levels; a chain of operators of one kind, such as a +
// b + c + ..., is one level. What is beyond is refused with its position.
//
// # Errors
//
// Every error of [Parse] is an *[Error] with the byte at which the trouble
// starts, what it is, and what to write instead:
//
//	unknown column "licenses" at 15; did you mean "licences"?
//	nps is a number, but not needs true or false at 4; not binds tighter than a comparison; write not (a < b)
//	"??" is not part of the language at 4; write coalesce(a, b)
//
// Whatever the grammar of the parser has and the language lacks (closures,
// pipes, slices, ranges, let, member access, comments, ...) is refused like
// that, from the tokens, before it is parsed.
//
// # Evaluation
//
// The tree is walked once per block of 1024 rows, and each node is one loop
// over the block: one or two nanoseconds a row for an operator, a dozen for a
// transcendental function, and no allocation a row. Both branches of a
// conditional are computed and one is chosen; since nothing can fail, nobody
// can tell. Numbers are blocks of float64 with NaN for missing. Truths are
// bytes of two bits, so that and and or of eight rows are one instruction.
// Texts are compared once per level of their dictionary, not once per row.
//
// The value of a row depends on that row only: a batch, its rows one by one,
// and any number of goroutines give the same bits.
//
// # Where to read
//
// node.go holds the tree and functions.go the functions; screen.go, parse.go
// and the check files make a tree from a source, print.go a source from a tree.
// eval.go walks it, and arithmetic.go, truth.go and text.go are the loops.
// suggest.go finds the name that was meant, for other packages too.
package expr
