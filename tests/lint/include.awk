# SPDX-License-Identifier: Apache-2.0
#
# Every #include against the layers and homes of tests/lint/rules.

# Turns a file pattern of the table into a regular expression.
function pattern(glob)
{
	gsub(/\./, "[.]", glob)
	gsub(/\*/, ".*", glob)
	return "^" glob "$"
}

function directory(path)
{
	sub(/\/[^\/]*$/, "", path)
	return path
}

# What the table calls the header that file includes.
function project_part(header, quoted)
{
	if (header ~ /^netinst\//)
		return header
	if (!quoted)
		return ""
	return header ~ /\// ? directory(header) : "."
}

# The directory of the table that a directory belongs to: itself, or what it is
# a room of.
function house(room)
{
	while (!(room in may) && room ~ /\//)
		sub(/\/[^\/]*$/, "", room)
	return room
}

function allowed(part, layer,    words, count, i)
{
	count = split(may[layer], words, " ")
	for (i = 1; i <= count; i++)
		if (words[i] == part || index(part, words[i] "/") == 1)
			return 1
	return 0
}

function at_home(header, file,    i, j, homes, count)
{
	for (i = 1; i <= homes_known; i++) {
		if (header !~ pattern(home_header[i]))
			continue
		count = split(home_files[i], homes, " ")
		for (j = 1; j <= count; j++)
			if (file ~ pattern(homes[j]))
				return 1
		return 0
	}
	return 1
}

FILENAME ~ /lint\/rules$/ {
	rest = $0
	sub(/^[^ \t]+[ \t]+[^ \t]+[ \t]+/, "", rest)
	if ($1 == "layer")
		may[$2] = rest
	if ($1 == "home") {
		home_header[++homes_known] = $2
		home_files[homes_known] = rest
	}
	if ($1 == "once")
		once[$2] = $3
	next
}

/^#[ \t]*include/ {
	quoted = /"/
	header = $0
	sub(/^#[ \t]*include[ \t]*["<]/, "", header)
	sub(/[">].*/, "", header)
	layer = house(directory(FILENAME))
	part = project_part(header, quoted)
	# A header named without its directory is one of the same directory.
	if (part == "." && !allowed(".", layer))
		part = layer ~ /^daemon\// ? substr(layer, 8) : part
	if (part != "" && !allowed(part, layer))
		print FILENAME ":" FNR ": " layer " may not include " header
	# The homes are those of other projects' headers, not of namesakes here.
	if (!quoted && !at_home(header, FILENAME))
		print FILENAME ":" FNR ": " header " has its home elsewhere"
	if (header in once && index(FILENAME, once[header]) == 1)
		found[header]++
}

END {
	for (header in once)
		if (found[header] > 1)
			print once[header] ": " header " is included by " \
			    found[header] " files, not by one"
}
