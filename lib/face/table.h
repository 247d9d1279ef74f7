#ifndef CF_FACE_TABLE_H_
#define CF_FACE_TABLE_H_

#include "face/cf.h"
#include "table/frame.h"

/*
 * What a table of cf.h is inside: a frame.
 */
struct cf_table {
	struct cf_frame * frame;
};

#endif /* !CF_FACE_TABLE_H_ */
