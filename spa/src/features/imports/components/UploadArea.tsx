import { Button, FileButton, Text } from "@mantine/core";
import { useState, type DragEvent } from "react";
import { useNavigate } from "react-router";

import { ProblemText } from "../../../components/ProblemText";
import { problemText, useTranslation } from "../../../lib/i18n";
import { useCreateImport } from "../api/create-import";
import classes from "./UploadArea.module.css";

/** Takes a file that is dropped on it or chosen, uploads it, and opens its page. */
export function UploadArea() {
  const { t } = useTranslation("imports");
  const navigate = useNavigate();
  const create = useCreateImport();
  const [over, setOver] = useState(false);

  function upload(file: File | null | undefined) {
    if (!file || create.isPending) return;
    create.mutate(file, { onSuccess: ({ id }) => navigate(`/manage/imports/${id}`) });
  }

  function drop(event: DragEvent) {
    event.preventDefault();
    setOver(false);
    upload(event.dataTransfer.files[0]);
  }

  return (
    <div
      className={classes.area}
      data-over={over || undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <Text>{t("drop")}</Text>
      <FileButton onChange={upload} accept=".csv,.tsv,.txt,.gz,.zip,.xlsx">
        {(props) => (
          <Button {...props} loading={create.isPending}>
            {t("choose")}
          </Button>
        )}
      </FileButton>
      <Text size="sm" c="dimmed">
        {t("formats")}
      </Text>
      <ProblemText text={create.error ? problemText(create.error) : undefined} />
    </div>
  );
}
