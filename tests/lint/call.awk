# SPDX-License-Identifier: Apache-2.0
#
# Every call of a function that tests/lint/rules gives to some files only.

function pattern(glob)
{
	gsub(/\./, "[.]", glob)
	gsub(/\*/, ".*", glob)
	return "^" glob "$"
}

FILENAME ~ /lint\/rules$/ {
	if ($1 == "call")
		for (i = 3; i <= NF; i++)
			home[$2] = home[$2] " " $i
	next
}

FNR == 1 { comment = 0 }
/\/\*/ { comment = 1 }
!comment {
	for (name in home) {
		if ($0 !~ "(^|[^a-zA-Z0-9_>.])" name "\\(")
			continue
		count = split(home[name], files, " ")
		ok = 0
		for (i = 1; i <= count; i++)
			ok = ok || FILENAME ~ pattern(files[i])
		if (!ok)
			print FILENAME ":" FNR ": " name "() may not be called"
	}
}
/\*\// { comment = 0 }
