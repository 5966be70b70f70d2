/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* What one run of the program left. */
typedef struct
{
  int status;   /* exit status; 128 + the signal's number if it was killed */
  char *output; /* standard output */
  char *errors; /* standard error */
} CliResult;

/* A folder with what all tests read: a sample, a small part of it and a model trained on that. */
typedef struct
{
  char *directory;
  char *sample;
  char *small; /* SMALL_TRAIN and SMALL_TEST pictures a class */
  char *model;
  char *run; /* of the model's training */
} CliWorld;

#define SMALL_TRAIN 20
#define SMALL_TEST 8
#define N_CLASSES 3

extern CliWorld world;

void cli_world_set_up (const char *program);
void cli_world_tear_down (void);
char *cli_path (const char *name);
void cli_copy (const char *from, const char *to);
void cli_remove (const char *path);

GSubprocess *cli_start (char **arguments, int error_fd);
CliResult *cli_run_strv (char **arguments);
CliResult *cli_run (const char *first, ...) G_GNUC_NULL_TERMINATED;
void cli_result_free (CliResult *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CliResult, cli_result_free)

char *cli_bytes_to_string (GBytes *bytes);
int cli_get_status (GSubprocess *process);
JsonNode *cli_parse_json (const char *text);
JsonNode *cli_take_json (CliResult *result);

/* Runs the program, and returns the document that it prints. */
#define RUN_JSON(...) cli_take_json (cli_run (__VA_ARGS__, NULL))

G_END_DECLS
