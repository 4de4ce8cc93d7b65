# SPDX-License-Identifier: Apache-2.0
#
# No file is longer than the cap of its kind (tests/lint/rules), no function
# longer than 80 lines. A function is what stands between braces in the first
# column.

function finish()
{
	if (name in kind && lines > cap[kind[name]])
		print name ": " lines " lines, more than " cap[kind[name]]
}

FILENAME ~ /lint\/rules$/ { if ($1 == "cap") cap[$2] = $3; next }
FNR == 1 {
	finish()
	name = FILENAME
	suffix = name
	sub(/.*\./, "", suffix)
	if (suffix in cap)
		kind[name] = suffix
}
{ lines = FNR }
name ~ /\.c$/ && /^\{/ { start = FNR }
name ~ /\.c$/ && /^\}/ && start {
	if (FNR - start - 1 > 80)
		print name ":" start ": a function of " FNR - start - 1 " lines"
	start = 0
}
END { finish() }
