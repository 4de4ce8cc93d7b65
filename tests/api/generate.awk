# SPDX-License-Identifier: Apache-2.0
#
# Reads interface.list. mode "c": prints a plugin that compiles only where all
# of it is true, and that can be linked only with a daemon that has every
# function. mode "names": the functions' names. mode "markdown": the page that
# tells the differences.

function trim(text)
{
	gsub(/^[ \t]+|[ \t]+$/, "", text)
	return text
}

# Splits at commas that are in no parentheses; returns how many parts.
function split_members(text, parts,    i, c, depth, count)
{
	count = 1
	parts[1] = ""
	depth = 0
	for (i = 1; i <= length(text); i++) {
		c = substr(text, i, 1)
		depth += (c == "(") - (c == ")")
		if (c == "," && depth == 0)
			parts[++count] = ""
		else
			parts[count] = parts[count] c
	}
	for (i = 1; i <= count; i++)
		parts[i] = trim(parts[i])
	return count
}

# The name that a declaration declares.
function declared(text)
{
	if (match(text, /\(\*[a-z_0-9]+\)/))
		return substr(text, RSTART + 2, RLENGTH - 3)
	sub(/\[.*$/, "", text)
	match(text, /[A-Za-z_0-9]+$/)
	return substr(text, RSTART, RLENGTH)
}

function function_name(prototype)
{
	match(prototype, /[a-z_0-9]+\(/)
	return substr(prototype, RSTART, RLENGTH - 1)
}

function same_type(left, right, what)
{
	printf "_Static_assert(__builtin_types_compatible_p(%s, %s),\n" \
	    "    \"%s\");\n", left, right, what
}

function c_function(prototype,    name, variable)
{
	name = function_name(prototype)
	variable = "(*const has_" name ")("
	sub(name "\\(", variable, prototype)
	printf "static %s __attribute__((used)) = %s;\n", prototype, name
	same_type("__typeof__(" name ")", "__typeof__(*has_" name ")", name)
}

function c_struct(name, members,    parts, count, i, mirror, member)
{
	count = split_members(members, parts)
	mirror = "struct mirror_of_" name
	printf "%s {\n", mirror
	for (i = 1; i <= count; i++)
		printf "\t%s;\n", parts[i]
	printf "};\n_Static_assert(sizeof(%s) == sizeof(%s), \"%s\");\n", \
	    mirror, name, name
	for (i = 1; i <= count; i++) {
		member = declared(parts[i])
		printf "_Static_assert(offsetof(%s, %s) == offsetof(%s, %s)," \
		    "\n    \"%s.%s\");\n", mirror, member, name, member, \
		    name, member
		same_type("__typeof__(((" mirror " *)0)->" member ")", \
		    "__typeof__(((" name " *)0)->" member ")", \
		    name "." member)
	}
}

function c_row(kind, name, value)
{
	if (kind == "function")
		c_function(value == "" ? name : value)
	else if (kind == "type")
		same_type(name, value, name)
	else if (kind == "constant")
		printf "_Static_assert((%s) == (%s), \"%s\");\n", name, value, \
		    name
	else if (kind == "string")
		printf "_Static_assert(__builtin_strcmp(%s, %s) == 0, \"%s\");" \
		    "\n", name, value, name
	else if (kind == "struct")
		c_struct(name, value)
	else if (kind == "macro")
		macros = macros "\t" value ";\n"
}

function c_begin()
{
	print "/* Made from tests/api/interface.list. */"
	print "#include <stddef.h>"
	print "#include <sys/hook_event.h>"
	print "#include <sys/kstat.h>"
	print "#include <sys/neti.h>"
	print "#include <sys/netstack.h>"
	print "#include <netinst/netinst.h>\n"
	print "NETINST_PLUGIN(.name = \"interface\", .version = \"1.0.0\","
	print "    .summary = \"needs every documented function\");\n"
}

function c_end()
{
	print "\nstatic int\nhook_function(hook_event_token_t token, " \
	    "hook_data_t data, void *arg)\n{"
	print "\t(void)token;\n\t(void)data;\n\t(void)arg;\n\treturn 0;\n}\n"
	print "static void __attribute__((used))"
	print "use_macros(net_handle_t handle, mblk_t *packet, kstat_t *kstat)"
	print "{\n\thook_t *hook;\n\thook_family_t family;"
	print "\thook_event_t event;\n"
	printf "%s", macros
	print "\t(void)hook;\n\t(void)family;\n\t(void)event;\n}\n"
	print "static char context;\n"
	print "void *\nnin_create(const netid_t id)\n{"
	print "\t(void)id;\n\treturn &context;\n}\n"
	print "void\nnin_destroy(const netid_t id, void *argument)\n{"
	print "\t(void)id;\n\t(void)argument;\n}"
}

function code(text)
{
	return text == "" ? "" : "`" text "`"
}

# Marks what is the name of a function.
function names(text)
{
	gsub(/[a-z_]+\(\)/, "`&`", text)
	return text
}

# What differs of two lists of members, one row each.
function page_struct(name, there, here,    theirs, ours, count, i, rows)
{
	count = split_members(there, theirs)
	split_members(here, ours)
	for (i = 1; i <= count; i++)
		if (theirs[i] != ours[i])
			rows = rows "| " code(theirs[i]) " of " code(name) \
			    " | " code(ours[i]) " |\n"
	return rows
}

function page_row(kind, name, there, here, reason)
{
	total[kind]++
	if (here == "=" || reason == "")
		return
	different[kind]++
	if (kind == "struct")
		page[reason] = page[reason] page_struct(name, there, here)
	else if (kind == "function")
		page[reason] = page[reason] "| " code(there) " | " \
		    code(here) " |\n"
	else
		page[reason] = page[reason] "| " code(name) " is " \
		    code(there) " | " code(here) " |\n"
}

function page_count(kind, singular)
{
	return sprintf("%d %s%s (%d different)", total[kind], singular, \
	    total[kind] == 1 ? "" : "s", different[kind])
}

function page_end(    i)
{
	print "# What is different from the documented interface\n"
	print "`tests/api/generate markdown` makes this page from"
	print "`tests/api/interface.list`, the table that the tests compile."
	print "The table holds what the manual pages of Solaris and illumos"
	print "declare: " page_count("function", "function") ","
	print page_count("type", "type") ", " \
	    page_count("constant", "number") ","
	print page_count("string", "string") ", " \
	    page_count("struct", "structure") ", " \
	    total["macro"] " macros. What is not"
	print "listed here is as documented."
	for (i = 1; i <= reasons; i++) {
		printf "\n## %s\n\n%s\n\n", title[i], meaning[i]
		print "| documented | here |\n|---|---|"
		printf "%s", page[reason_name[i]]
	}
	print "\n## What functions do\n"
	print "| | there | here |\n|---|---|---|"
	printf "%s", behaviour
}

BEGIN {
	FS = " ; "
	if (mode == "c")
		c_begin()
}

/^#/ || NF == 0 { next }

{
	for (i = 1; i <= NF; i++)
		$i = trim($i)
	kind = $1
}

kind == "section" {
	if (mode == "c")
		printf "\n/* %s */\n", $2
	next
}

kind == "reason" {
	reason_name[++reasons] = $2
	title[reasons] = $3
	meaning[reasons] = $4
	next
}

kind == "behaviour" {
	behaviour = behaviour "| " names($2) " | " $3 " | " $4 " |\n"
	next
}

# A documented prototype is its own name.
kind == "function" { name = there = $2; here = $3; reason = $4 }
kind == "absent" { name = there = $2; here = ""; reason = $4 }
kind == "member" { name = $2 "." $3; there = $4; here = "="; reason = "" }
kind ~ /^(type|constant|string|struct|macro)$/ {
	name = $2
	there = $3
	here = $4 == "" ? "=" : $4
	reason = $5
}

mode == "names" && kind == "function" { print function_name(there) }
mode == "c" && kind == "member" {
	same_type("__typeof__(((" $2 " *)0)->" $3 ")", $4, name)
	next
}
mode == "c" { c_row(kind, name, here == "=" ? there : here) }
mode == "markdown" && kind == "absent" {
	page[reason] = page[reason] "| " code(there) " | nothing |\n"
	next
}
mode == "markdown" { page_row(kind, name, there, here, reason) }

END {
	if (mode == "c")
		c_end()
	if (mode == "markdown")
		page_end()
}
