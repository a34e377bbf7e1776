import { Modal, Text } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";

import { useTranslation } from "../../../lib/i18n";
import { SignInForm } from "./SignInForm";

/** Above the page, not instead of it: what is half-written there must survive. */
export function ExpiredDialog({ opened, username }: { opened: boolean; username: string }) {
  const { t } = useTranslation("auth");
  const queryClient = useQueryClient();
  return (
    <Modal
      opened={opened}
      onClose={() => {}}
      title={t("expired.title")}
      withCloseButton={false}
      closeOnClickOutside={false}
      closeOnEscape={false}
      centered
    >
      <Text c="dimmed" size="sm" mb="md">
        {t("expired.text")}
      </Text>
      <SignInForm username={username} onSignedIn={() => void queryClient.invalidateQueries()} />
    </Modal>
  );
}
