import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";

import { PageHeader } from "../components/PageHeader";

export function NotFoundPage() {
  const { t } = useTranslation();
  return (
    <>
      <PageHeader title={t("notFound.title")} description={t("notFound.text")} />
      <Button component={Link} to="/">
        {t("notFound.home")}
      </Button>
    </>
  );
}
