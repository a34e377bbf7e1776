
import { PageHeader } from "../components/PageHeader";
import { PlainLink } from "../components/PlainButton";
import { useTranslation } from "../lib/i18n";

export function NotFoundPage() {
  const { t } = useTranslation();
  return (
    <>
      <PageHeader title={t("notFound.title")} description={t("notFound.text")} />
      <PlainLink to="/">{t("notFound.home")}</PlainLink>
    </>
  );
}
