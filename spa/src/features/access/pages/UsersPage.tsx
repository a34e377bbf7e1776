import { Button, Group, Stack, Text } from "@mantine/core";
import { useState } from "react";

import type { Column } from "../../../components/DataTable";
import { Dialog } from "../../../components/Dialog";
import { ListPage } from "../../../components/ListPage";
import { sayDone, sayProblem } from "../../../components/notify";
import { RowButtons } from "../../../components/RowButtons";
import { useDialogTarget } from "../../../components/useDialogTarget";
import { problemText, useTranslation } from "../../../lib/i18n";
import { useListParams } from "../../../lib/list-params";
import { useInviteUserAgain } from "../api/invite-user-again";
import { useUserPage } from "../api/list-users";
import type { ManagedUser } from "../api/types";
import { InviteDialog } from "../components/InviteDialog";
import { Secret } from "../components/Secret";
import { UserDialog } from "../components/UserDialog";
import "../locales/index";

export default function UsersPage() {
  const { t } = useTranslation("access");
  const params = useListParams();
  const columns = useColumns();
  const invite = useDialogTarget<never>();
  const edit = useDialogTarget<ManagedUser>();
  const again = useInviteUserAgain();
  const [link, setLink] = useState<{ name: string; text: string } | null>(null);

  function inviteAgain(user: ManagedUser) {
    again.mutate(user.id, {
      onSuccess: (invitation) => {
        if (invitation.mailed) sayDone(t("users.mailed", { email: user.email }));
        else setLink({ name: user.username, text: invitation.link });
      },
      onError: (problem) => sayProblem(problemText(problem)),
    });
  }

  return (
    <>
      <ListPage
        texts="access:users"
        params={params}
        query={useUserPage(params)}
        columns={columns}
        rowKey={({ id }) => id}
        renderRowActions={(user) => (
          <Group gap={6} justify="flex-end" wrap="nowrap">
            {user.invited && user.is_active && (
              <Button
                variant="default"
                size="compact-sm"
                aria-label={t("users.againFor", { name: user.username })}
                onClick={() => inviteAgain(user)}
              >
                {t("users.again")}
              </Button>
            )}
            <RowButtons
              edit={{
                label: t("users.editFor", { name: user.username }),
                run: () => edit.open(user),
              }}
            />
          </Group>
        )}
        newButton={<Button onClick={() => invite.open(null)}>{t("users.new")}</Button>}
      />
      <InviteDialog opened={invite.opened} onClose={invite.close} />
      <UserDialog dialog={edit} />
      <Dialog
        opened={link !== null}
        onClose={() => setLink(null)}
        title={t("users.linkTitle", { name: link?.name ?? "" })}
      >
        <Stack>
          <Text size="sm">{t("users.linkText")}</Text>
          <Secret text={link?.text ?? ""} />
        </Stack>
      </Dialog>
    </>
  );
}

function useColumns(): [Column<ManagedUser>, ...Column<ManagedUser>[]] {
  const { t } = useTranslation("access");
  const { t: common } = useTranslation();
  return [
    { id: "name", header: t("users.name"), wide: true, renderCell: ({ username }) => username },
    { id: "email", header: t("users.email"), wide: true, renderCell: ({ email }) => email },
    { id: "role", header: t("users.role"), renderCell: ({ role }) => common(`role.${role}`) },
    {
      id: "state",
      header: t("users.state"),
      renderCell: ({ is_active, invited }) =>
        t(is_active ? (invited ? "users.invited" : "users.active") : "users.inactive"),
    },
    {
      id: "second-factor",
      header: t("users.secondFactor"),
      renderCell: ({ second_factor }) => t(second_factor ? "users.yes" : "users.no"),
    },
  ];
}
