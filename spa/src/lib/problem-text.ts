import type { TFunction } from 'i18next';
import { ApiError } from './api-error';
import type { Problem } from './api-types';

/** The API's texts are English with stable codes: known codes are said in the reader's language. */
export function problemText(error: unknown, t: TFunction): string {
  if (!(error instanceof ApiError)) return t('problem.network');
  const { code, detail, campaign_status: status } = error.problem;
  if (code === 'illegal_move' && status) {
    return t('problem.illegal_move', { status: t(`status.${status}` as 'status.draft') });
  }
  return t(`problem.${code}` as 'problem.error', { defaultValue: detail || t('problem.error') });
}

type FieldProblem = NonNullable<Problem['errors']>[number];

export function fieldProblemText(problem: FieldProblem, t: TFunction): string {
  // Limits and names stand in the detail only, so these few codes keep the server's own words beside ours.
  return t(`field.${problem.code}` as 'field.invalid', {
    detail: problem.detail,
    defaultValue: problem.detail,
  });
}
