/* SPDX-License-Identifier: Apache-2.0 */
/*
 * catch_exit.c: stops the unwinding of a thread that ends. The thread library
 * unwinds as far as the innermost clean-up buffer and takes the stack back to
 * where that was filled, where pthread_cleanup_push() calls its handler and has
 * the thread library go on. This stands where that would, and does not go on:
 * its frame is there as before, so it takes the buffer off again and returns.
 * The macro itself would cost every callback a second setjmp().
 *
 * POSIX leaves that undefined, the GNU C library does not mind: what it notes
 * of the thread is that it is ending, so that it cannot be cancelled any more.
 * tests/unit/test_core_exit.c holds it to that.
 */
#include "base/catch_exit.h"

#include <pthread.h>
#include <setjmp.h>
#include <stddef.h>

/*
 * Of the address sanitizer, where it is: it has not seen that frames ended, and
 * takes what lies below for what they have put around their variables.
 */
void __asan_unpoison_memory_region(const volatile void *memory, size_t size)
    __attribute__((weak));
#define FRAMES_MOST 65536 /* bytes of the stack */

enum thread_exit
catch_exit(void (*call)(void *arg), void *arg)
{
	volatile enum thread_exit how = EXIT_CALLED;
	__pthread_unwind_buf_t buffer;
	int before;

	if (__sigsetjmp_cancel(buffer.__cancel_jmp_buf, 0) == 0) {
		__pthread_register_cancel(&buffer);
		call(arg);
		how = EXIT_NONE;
	} else if (__asan_unpoison_memory_region != NULL) {
		__asan_unpoison_memory_region(
		    (char *)__builtin_frame_address(0) - FRAMES_MOST,
		    FRAMES_MOST);
	}
	__pthread_unregister_cancel(&buffer);
	(void)pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &before);
	if (how == EXIT_CALLED && before == PTHREAD_CANCEL_ENABLE)
		how = EXIT_CANCELLABLE;
	return how;
}
