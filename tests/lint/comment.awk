# SPDX-License-Identifier: Apache-2.0
#
# Comments that are code: a line of a comment that ends like a statement. An
# example in an opening comment is indented by two spaces or more and passes.

FNR == 1 { inside = 0 }
/\/\*/ { inside = 1 }
inside && /^[ \t]*(\/)?\*? ?[a-z_]+ ?(=|\(|->|\[).*;[ \t]*(\*\/)?$/ {
	print FILENAME ":" FNR ": code in a comment: " $0
}
/\*\// { inside = 0 }
