import { NativeSelect, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";

import { Dialog } from "../../../components/Dialog";
import { DialogForm } from "../../../components/DialogForm";
import { sayDone } from "../../../components/notify";
import { useTranslation } from "../../../lib/i18n";
import { useInviteUser } from "../api/invite-user";
import { ROLES, type Invite } from "../api/types";

interface Props {
  opened: boolean;
  onClose: () => void;
}

export function InviteDialog({ opened, onClose }: Props) {
  const { t } = useTranslation("access");
  return (
    <Dialog opened={opened} onClose={onClose} title={t("users.inviteTitle")} isForm>
      <InviteForm onClose={onClose} />
    </Dialog>
  );
}

function InviteForm({ onClose }: Pick<Props, "onClose">) {
  const { t } = useTranslation("access");
  const { t: common } = useTranslation();
  const invite = useInviteUser();
  const form = useForm<Invite>({ initialValues: { username: "", email: "", role: "viewer" } });

  async function submit({ username, email, role }: Invite) {
    const user = await invite.mutateAsync({ username: username.trim(), email: email.trim(), role });
    sayDone(t("users.invitedDone", { name: user.username }));
  }

  return (
    <DialogForm form={form} submitLabel={t("users.invite")} onSubmit={submit} onClose={onClose}>
      <Text size="sm">{t("users.inviteText")}</Text>
      <TextInput
        label={t("users.name")}
        autoComplete="off"
        data-autofocus
        {...form.getInputProps("username")}
      />
      <TextInput
        label={t("users.email")}
        type="email"
        autoComplete="off"
        {...form.getInputProps("email")}
      />
      <NativeSelect
        label={t("users.role")}
        description={t(`roleHint.${form.values.role}`)}
        data={ROLES.map((role) => ({ value: role, label: common(`role.${role}`) }))}
        {...form.getInputProps("role")}
      />
    </DialogForm>
  );
}
