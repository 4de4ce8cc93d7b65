# SPDX-License-Identifier: Apache-2.0
#
# Below its SPDX line a C file opens with a comment that says what it owns and
# where it runs. What says too little is found by counting words; more than 30
# lines belong into doc/.

function finish()
{
	if (name == "")
		return
	if (!opened)
		print name ":2: no opening comment"
	else if (words < 5)
		print name ":2: the opening comment says too little"
	else if (lines > 30)
		print name ":2: the opening comment is longer than 30 lines"
}

FNR == 1 { finish(); name = FILENAME; opened = inside = lines = words = 0 }
FNR == 2 && /^\/\*/ { opened = inside = 1 }
inside && /[a-z]/ { lines++; words += NF - 1 }
inside && /\*\// { inside = 0 }
END { finish() }
