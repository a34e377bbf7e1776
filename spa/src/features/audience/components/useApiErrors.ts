import type { UseFormReturnType } from "@mantine/form";
import { useState } from "react";
import { flushSync } from "react-dom";

import { ApiProblem } from "../../../lib/api-client";
import { fieldErrors, problemText } from "../../../lib/i18n";

/** Puts what the API refused beside the fields, and keeps what belongs to none of them. */
export function useApiErrors<Values extends Record<string, unknown>>(
  form: UseFormReturnType<Values>,
) {
  const [problem, setProblem] = useState<string>();

  function focusFirst(errors: object) {
    const first = Object.keys(form.values).find((field) => field in errors);
    if (first) form.getInputNode(first)?.focus();
  }

  function show(error: Error) {
    if (!(error instanceof ApiProblem) || error.errors.length === 0) {
      setProblem(problemText(error));
      return;
    }
    // `lists.0` belongs to the field `lists`, `attributes.city` to `attributes`.
    const errors = Object.fromEntries(
      Object.entries(fieldErrors(error)).map(([path, text]) => [path.split(".")[0] ?? path, text]),
    );
    const { non_field_errors: ofTheWhole, ...ofFields } = errors;
    setProblem(ofTheWhole);
    flushSync(() => form.setErrors(ofFields));
    focusFirst(ofFields);
  }

  return { problem, show, focusFirst, clear: () => setProblem(undefined) };
}
