/* X(id, name, breaks): what is wrong, and the sentence that it breaks; or
 * "safety" or "robustness" where none stands behind it. A file for each
 * family of specifications. */
#ifndef JS_JINGLE_FAULT_TABLE_H
#define JS_JINGLE_FAULT_TABLE_H

#include "jingle/fault_table_file.h"
#include "jingle/fault_table_ibb.h"
#include "jingle/fault_table_jingle.h"
#include "jingle/fault_table_message.h"
#include "jingle/fault_table_omemo.h"
#include "jingle/fault_table_s5b.h"
#include "jingle/fault_table_stanza.h"

#define FAULT_TABLE(X)                                                         \
    FAULTS_STANZA(X)                                                           \
    FAULTS_JINGLE(X)                                                           \
    FAULTS_FILE(X)                                                             \
    FAULTS_S5B(X)                                                              \
    FAULTS_IBB(X)                                                              \
    FAULTS_MESSAGE(X)                                                          \
    FAULTS_OMEMO(X)

#endif
