import { addNamespace } from "../../../lib/i18n";
import en from "./en.json";
import ru from "./ru.json";

addNamespace("imports", { en, ru });
