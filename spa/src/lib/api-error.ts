import type { Problem } from './api-types';

/** What the API answered when it did not do what was asked. */
export class ApiError extends Error {
  readonly status: number;
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail || problem.title);
    this.name = 'ApiError';
    this.status = problem.status;
    this.problem = problem;
  }
}

function isProblem(body: unknown): body is Problem {
  return typeof body === 'object' && body !== null && 'code' in body && 'detail' in body;
}

/** A proxy in between may answer with a page of its own, so the body is not trusted to be a problem. */
export function toApiError(body: unknown, response: Response): ApiError {
  if (isProblem(body)) return new ApiError({ ...body, status: response.status });
  return new ApiError({
    type: 'about:blank',
    title: response.statusText,
    status: response.status,
    detail: '',
    code: response.status >= 500 ? 'unavailable' : 'error',
  });
}
