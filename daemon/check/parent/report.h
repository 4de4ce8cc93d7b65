/* SPDX-License-Identifier: Apache-2.0 */
/*
 * report.h: the findings, for people or as one JSON document, on standard
 * output. Parent, main thread.
 */
#ifndef NETINST_CHECK_REPORT_H
#define NETINST_CHECK_REPORT_H

#include "check/parent/findings.h"

void report_text(const struct findings *findings);
void report_json(const struct findings *findings);

#endif
