import { FileButton, Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useState } from "react";

import { Dialog } from "../../../../components/Dialog";
import { ProblemText } from "../../../../components/ProblemText";
import { ApiProblem } from "../../../../lib/api-client";
import { fieldProblemText, problemText, useTranslation } from "../../../../lib/i18n";
import { useMedia } from "../../api/list-media";
import type { MediaFile } from "../../api/types";
import { useUploadMedia } from "../../api/upload-media";
import classes from "./editor.module.css";

interface Props {
  opened: boolean;
  onChoose: (file: MediaFile) => void;
  onClose: () => void;
}

export function MediaDialog(props: Props) {
  const { t } = useTranslation("campaigns");
  return (
    <Dialog opened={props.opened} title={t("editor.media.title")} onClose={props.onClose}>
      {props.opened && <Images onChoose={props.onChoose} />}
    </Dialog>
  );
}

function textOf(error: Error): string {
  const isOfField = error instanceof ApiProblem && error.errors.length > 0;
  return isOfField ? error.errors.map(fieldProblemText).join(" ") : problemText(error);
}

function Images({ onChoose }: Pick<Props, "onChoose">) {
  const { t } = useTranslation("campaigns");
  const [search, setSearch] = useState("");
  const [wanted] = useDebouncedValue(search, 250);
  const { data, error } = useMedia({ search: wanted, isImage: true });
  const upload = useUploadMedia();
  const problem = upload.error ?? error;
  const take = (file: File | null) => file && upload.mutate(file, { onSuccess: onChoose });
  return (
    <Stack
      gap="sm"
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        take(event.dataTransfer.files[0] ?? null);
      }}
    >
      <Group justify="space-between" className={classes.drop}>
        <Text size="sm">{t("editor.media.drop")}</Text>
        <FileButton accept="image/png,image/jpeg,image/gif,image/webp" onChange={take}>
          {(button) => (
            <Button {...button} variant="default" loading={upload.isPending}>
              {t("editor.media.upload")}
            </Button>
          )}
        </FileButton>
      </Group>
      <ProblemText text={problem ? textOf(problem) : undefined} />
      <TextInput
        label={t("editor.media.search")}
        value={search}
        onChange={({ currentTarget: { value } }) => setSearch(value)}
      />
      {data?.count === 0 && <Text c="dimmed">{t("editor.media.nothing")}</Text>}
      <div className={classes.media}>
        {data?.results.map((file) => (
          <button key={file.id} type="button" className={classes.mediaItem} onClick={() => onChoose(file)}>
            <img src={file.url} alt="" loading="lazy" />
            <span>{file.name}</span>
          </button>
        ))}
      </div>
    </Stack>
  );
}
