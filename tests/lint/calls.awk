# SPDX-License-Identifier: Apache-2.0
#
# Who calls whom among the objects of one program, as the linker sees it: reads
# tests/lint/rules, then the output of `nm -A -g --format=posix`. Each breach is
# a line FILE: WHAT.
#
#   -v build=DIR     where the objects are
#   -v program=DIR   of whose rows something must be left: daemon or cli
#   -v want=circles  files that call each other in a circle, against the rows
#                    "circle"
#   -v want=rooms    calls upwards in the order of the rows "room", against the
#                    rows "upward"

# The source of an object: BUILD/daemon/a.o is daemon/a.c.
function source(object)
{
	sub(/:$/, "", object)
	object = substr(object, length(build) + 2)
	sub(/\.o$/, ".c", object)
	return object
}

# The row "room" that a file belongs to: its directory, or what that is in.
function room(file)
{
	do
		sub(/\/[^\/]*$/, "", file)
	while (!(file in level) && file ~ /\//)
	return file
}

# Tarjan: numbers the files that file reaches; each circle that is complete goes
# from the stack to circle_of[].
function visit(file,    i, count, names, other)
{
	number[file] = lowest[file] = ++numbers
	stack[++depth] = file
	on_stack[file] = 1
	count = split(callees[file], names, " ")
	for (i = 1; i <= count; i++) {
		other = names[i]
		if (!(other in number)) {
			visit(other)
			if (lowest[other] < lowest[file])
				lowest[file] = lowest[other]
		} else if (on_stack[other] && number[other] < lowest[file])
			lowest[file] = number[other]
	}
	if (lowest[file] != number[file])
		return
	circles++
	do {
		other = stack[depth--]
		on_stack[other] = 0
		circle_of[other] = circles
		size[circles]++
	} while (other != file)
}

# A circle is a known one while all of it stands in rows of one name.
function check_circles(    i, file, circle)
{
	for (i = 1; i <= files; i++) {
		file = name[i]
		circle = circle_of[file]
		if (size[circle] < 2)
			continue
		in_circle[file] = 1
		if (!(circle in name_of))
			name_of[circle] = known[file]
		if (known[file] == "" || known[file] != name_of[circle])
			print file ": calls in a circle with" others(file)
	}
	for (file in known)
		if (known[file] != "" && index(file, program "/") == 1 &&
		    !(file in in_circle))
			print "tests/lint/rules: " file \
			    " calls in no circle: take it off its row"
}

function others(file,    i, text)
{
	for (i = 1; i <= files; i++)
		if (name[i] != file && circle_of[name[i]] == circle_of[file])
			text = text " " name[i]
	return text
}

function check_rooms(    i, j, count, names, file, pair)
{
	for (i = 1; i <= files; i++) {
		file = name[i]
		if (!(room(file) in level)) {
			print file ": its room has no row in tests/lint/rules"
			continue
		}
		count = split(callees[file], names, " ")
		for (j = 1; j <= count; j++) {
			if (level[room(names[j])] <= level[room(file)])
				continue
			pair = room(file) " " room(names[j])
			needed[pair] = 1
			if (!(pair in upward))
				print file ": calls upwards, " names[j] ": " \
				    via[file, names[j]]
		}
	}
	for (pair in upward)
		if (index(pair, program) == 1 && !(pair in needed))
			print "tests/lint/rules: nothing calls upwards any" \
			    " more: " pair
}

# What the daemon defines in the place of the C library is called as that.
FILENAME ~ /taken\.list$/ {
	sub(/;$/, "", $1)
	taken[$1] = 1
	next
}

FILENAME ~ /lint\/rules$/ {
	if ($1 == "room")
		level[$2] = ++levels
	if ($1 == "upward")
		upward[$2 " " $3] = 1
	if ($1 == "circle")
		for (i = 4; i <= NF; i++)
			known[$3 "/" $i ".c"] = $2
	next
}

{
	file = source($1)
	if (!(file in seen)) {
		seen[file] = 1
		name[++files] = file
	}
	if ($3 == "U" || $3 == "w")
		wanted[file, $2] = 1
	else if (!($2 in taken))
		owner[$2] = file
}

END {
	for (key in wanted) {
		split(key, part, SUBSEP)
		other = owner[part[2]]
		if (other == "" || other == part[1])
			continue
		if (!((part[1], other) in via))
			callees[part[1]] = callees[part[1]] " " other
		via[part[1], other] = part[2]
	}
	for (i = 1; i <= files; i++)
		if (!(name[i] in number))
			visit(name[i])
	if (want == "circles")
		check_circles()
	if (want == "rooms")
		check_rooms()
}
