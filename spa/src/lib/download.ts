import { ApiProblem, authorizedFetch } from "./api-client";

/** Saves what the API answers with as a file; a plain link could not carry the access token. */
export async function download(path: string, fileName: string): Promise<void> {
  const response = await authorizedFetch(new Request(new URL(path, window.location.origin)));
  if (!response.ok) {
    throw new ApiProblem(response.status, await response.json().catch(() => ({})));
  }
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await response.blob());
  link.download = fileName;
  link.click();
  URL.revokeObjectURL(link.href);
}
