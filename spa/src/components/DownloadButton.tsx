import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";

import { download } from "../lib/download";
import { problemText } from "../lib/i18n";
import { sayProblem } from "./notify";

interface Props {
  path: string;
  fileName: string;
  children: string;
}

/** Saves a file that only those who are signed in may read. */
export function DownloadButton({ path, fileName, children }: Props) {
  const save = useMutation({
    mutationFn: () => download(path, fileName),
    onError: (error) => sayProblem(problemText(error)),
  });
  return (
    <Button variant="default" loading={save.isPending} onClick={() => save.mutate()}>
      {children}
    </Button>
  );
}
