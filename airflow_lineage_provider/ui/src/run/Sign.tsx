import { Badge } from "@chakra-ui/react";

import { t } from "../i18n/t";

/** Whether something came or went. */
export const Sign = ({ isAdded }: { readonly isAdded: boolean }) => (
  <Badge alignSelf="flex-start" colorPalette={isAdded ? "green" : "red"}>
    {t(isAdded ? "run.added" : "run.removed")}
  </Badge>
);
