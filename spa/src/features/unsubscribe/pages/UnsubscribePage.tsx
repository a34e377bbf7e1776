import { useTranslation } from "react-i18next";

import { PageHeader } from "../../../components/PageHeader";
import "../locales/index";

export default function UnsubscribePage() {
  const { t } = useTranslation("unsubscribe");
  return <PageHeader title={t("title")} />;
}
