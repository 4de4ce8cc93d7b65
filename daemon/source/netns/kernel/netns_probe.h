/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns_probe.h: finds out which features there are.
 */
#ifndef NETINST_SOURCE_NETNS_PROBE_H
#define NETINST_SOURCE_NETNS_PROBE_H

/*
 * Tries each; without: bit n leaves feature n out. May be repeated, but not
 * while other threads use features.
 */
void netns_features_probe(unsigned without);

#endif
