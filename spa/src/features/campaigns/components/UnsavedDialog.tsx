import { Text } from "@mantine/core";
import { useEffect, useState } from "react";

import { ConfirmDialog } from "../../../components/ConfirmDialog";
import { useTranslation } from "../../../lib/i18n";
import { useUnsavedGuard } from "./useUnsavedGuard";

export function UnsavedDialog({ isDirty }: { isDirty: boolean }) {
  const { t } = useTranslation("campaigns");
  const [isLeaving, setLeaving] = useState(false);
  const leave = useUnsavedGuard(isDirty && !isLeaving);

  // Only once the guard is down, or it would stop this very step.
  useEffect(() => {
    if (isLeaving) leave?.go();
  }, [isLeaving, leave]);

  return (
    <ConfirmDialog
      opened={leave !== null && !isLeaving}
      title={t("form.unsavedTitle")}
      confirmLabel={t("form.unsavedLeave")}
      closeLabel={t("form.unsavedStay")}
      destructive
      onConfirm={() => setLeaving(true)}
      onClose={() => leave?.stay()}
    >
      <Text>{t("form.unsavedText")}</Text>
    </ConfirmDialog>
  );
}
