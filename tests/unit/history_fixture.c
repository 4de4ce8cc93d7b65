/* SPDX-License-Identifier: Apache-2.0 */
/*
 * history_fixture.c: owns nothing; called by the test's own thread.
 */
#include "history_fixture.h"

#include <glob.h>
#include <sqlite3.h>

#include "core_fixture.h"
#include "workdir.h"

const struct history_limits no_limits = {.keep = UINT32_MAX};

int
history_setup(void **state)
{
	log_keep();
	return workdir_setup(state);
}

int
history_teardown(void **state)
{
	(void)log_kept();
	return workdir_teardown(state);
}

void
run_sql(const char *sql)
{
	sqlite3 *connection;

	assert_int_equal(
	    sqlite3_open(workdir_path("state/" HISTORY_FILE), &connection), 0);
	assert_int_equal(sqlite3_exec(connection, sql, NULL, NULL, NULL), 0);
	assert_int_equal(sqlite3_close(connection), 0);
}

size_t
count_files(const char *pattern)
{
	char path[4096];
	glob_t found;
	size_t count;

	(void)snprintf(
	    path, sizeof(path), "%s/%s", workdir_path("state"), pattern);
	count = glob(path, 0, NULL, &found) == 0 ? found.gl_pathc : 0;
	globfree(&found);
	return count;
}
