/* SPDX-License-Identifier: Apache-2.0 */
/*
 * faces.h: the callbacks that the ordering test registers. A create callback
 * is told nothing but the instance, so every registrant that can be there at
 * the same time needs functions of its own: a face is one such set. Several
 * faces share a name, so that registrations can compete for it.
 *
 * Each callback records its beginning and end and, in between, may do what any
 * plugin may do (actions.h). Any thread.
 */
#ifndef MODEL_FACES_H
#define MODEL_FACES_H

#include <stdbool.h>
#include <stdint.h>

#include <netinst/neti.h>

/* A face that is taken for one registration or unregistration. */
struct face;

/* All are free; registrants are counted from 1 again. */
void faces_reset(void);
void faces_clear(void);

/* A free one, for one registration, or NULL. face_registered() ends it. */
struct face *face_take(uint64_t random);
void face_registered(struct face *face, bool accepted);

/*
 * One that is registered, or NULL. face_unregistered() ends it. pending: it
 * was accepted from inside a callback and may not be over.
 */
struct face *face_borrow(uint64_t random);
void face_unregistered(struct face *face, bool accepted, bool pending);

/* Its number as a registrant now, and the number of its name. */
uint32_t face_registrant(const struct face *face);
uint16_t face_name(const struct face *face);
bool face_has_shutdown(const struct face *face);

/* A number for a registration that is to be refused, which has no face. */
uint32_t face_number_for_nobody(void);

/* A structure with the callbacks of the face, or of one never to be called. */
struct net_instance *face_instance(const struct face *face);

/* Scribbles over it and frees it. */
void face_instance_free(struct net_instance *instance);

/* The functions to be registered for notification. */
#define NOTIFY_FUNCTIONS 6
hook_notify_fn_t face_notify(unsigned function);

/* Names of protocols: 1 to PROTOCOLS_SHARED come and go again and again. */
#define PROTOCOLS_SHARED 4
#define PROTOCOL_TEXT	 32
const char *protocol_text(uint32_t protocol, char text[static PROTOCOL_TEXT]);

/* Callbacks that began; one more did. */
void face_count_call(void);
uint64_t faces_called(void);

#endif
