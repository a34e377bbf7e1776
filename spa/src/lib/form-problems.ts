import type { TFunction } from 'i18next';
import { ApiError } from './api-error';
import { fieldProblemText, problemText } from './problem-text';

interface FormProblems<Field extends string> {
  fields: Partial<Record<Field, string>>;
  /** What belongs to no field of this form, to be said above it. */
  whole: string | null;
}

/** Sorts what the API refused to the fields of a form; `lists.0` belongs to `lists`. */
export function formProblems<Field extends string>(
  error: unknown,
  known: readonly Field[],
  t: TFunction,
): FormProblems<Field> {
  if (!(error instanceof ApiError) || !error.problem.errors?.length) {
    return { fields: {}, whole: problemText(error, t) };
  }
  const fields: Partial<Record<Field, string>> = {};
  const rest: string[] = [];
  for (const problem of error.problem.errors) {
    const field = known.find((name) => problem.field === name || problem.field.startsWith(`${name}.`));
    if (field) fields[field] ??= fieldProblemText(problem, t);
    else rest.push(fieldProblemText(problem, t));
  }
  return { fields, whole: rest.length > 0 ? rest.join(' ') : null };
}
