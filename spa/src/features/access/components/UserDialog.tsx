import { NativeSelect, Switch, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";

import { Dialog } from "../../../components/Dialog";
import { DialogForm } from "../../../components/DialogForm";
import { sayDone } from "../../../components/notify";
import type { DialogTarget } from "../../../components/useDialogTarget";
import { useTranslation } from "../../../lib/i18n";
import { useUpdateUser } from "../api/update-user";
import { ROLES, type ManagedUser } from "../api/types";

export function UserDialog({ dialog }: { dialog: DialogTarget<ManagedUser> }) {
  const { t } = useTranslation("access");
  const { target } = dialog;
  if (target === null) return null;
  return (
    <Dialog
      opened={dialog.opened}
      onClose={dialog.close}
      title={t("users.editTitle", { name: target.username })}
      isForm
    >
      <UserForm user={target} onClose={dialog.close} />
    </Dialog>
  );
}

function UserForm({ user, onClose }: { user: ManagedUser; onClose: () => void }) {
  const { t } = useTranslation("access");
  const { t: common } = useTranslation();
  const update = useUpdateUser();
  const form = useForm({
    initialValues: { email: user.email, role: user.role, is_active: user.is_active },
  });

  async function submit({ email, role, is_active }: typeof form.values) {
    // A user who was made by a command may have no address.
    const changes = { role, is_active, ...(email.trim() !== "" && { email: email.trim() }) };
    await update.mutateAsync({ id: user.id, changes });
    sayDone(t("users.saved", { name: user.username }));
  }

  return (
    <DialogForm
      form={form}
      submitLabel={common("action.save")}
      onSubmit={submit}
      onClose={onClose}
    >
      <TextInput label={t("users.email")} type="email" {...form.getInputProps("email")} />
      <NativeSelect
        label={t("users.role")}
        description={t("users.roleHint")}
        data={ROLES.map((role) => ({ value: role, label: common(`role.${role}`) }))}
        {...form.getInputProps("role")}
      />
      <Switch
        label={t("users.isActive")}
        description={t("users.isActiveHint")}
        {...form.getInputProps("is_active", { type: "checkbox" })}
      />
    </DialogForm>
  );
}
