/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SERVER_API_OPENAPI_H
#define SERVER_API_OPENAPI_H

#include "api.h"

/* Parts of the API's description (OpenAPI 3.1), a file for each; api_openapi.c puts them
 * together. All write a member of the object that is open. */

/* ---- what is in its JSON ---- */

/** What is said of a member of JSON. */
enum {
    MUST = 1,  /* always there */
    NULLS = 2, /* may be null */
    LIST = 4   /* of such values */
};

typedef struct field {
    const char *name;
    const char *type; /**< of JSON, or one of the schemas below */
    int is;
    int n; /**< of a list: so many; 0: any number */
    const char *help;
    const char *(*word)(int); /**< it is one of these, NULL behind the last */
} field;

typedef struct object {
    const char *name, *help;
    const field *fields;
} object;

/* api_openapi_poses.c */
/** Joints and what is told of people; a NULL name ends them. */
extern const object openapi_poses[];

/* api_openapi_schemas.c */
void openapi_add_schemas(json_text *j);
/** {"$ref": ...} to one of them. @param key NULL inside arrays */
void openapi_add_schema_reference(json_text *j, const char *key, const char *schema);

/* api_openapi_parameters.c */
/** What an operation is asked with: path, query, headers. */
void openapi_add_parameters(json_text *j, const api_route *route);

/* api_openapi_replies.c */
/** @param with_token requests have to show one */
void openapi_add_replies(json_text *j, const api_route *route, bool with_token);
/** Replies of several operations, and headers of replies. */
void openapi_add_shared_replies(json_text *j);

#endif
