import { Text } from "@chakra-ui/react";

import { isUntold } from "../api/ask";
import { t } from "../i18n/t";
import { ErrorState } from "./ErrorState";

type Props = { readonly error: Error; readonly onRetry?: () => void };

/** An error, or no more than a line where the server is too old to know the route. */
export const Untold = ({ error, onRetry }: Props) =>
  isUntold(error) ? (
    <Text color="fg.muted" py={3}>
      {t("app.untold")}
    </Text>
  ) : (
    <ErrorState error={error} onRetry={onRetry} />
  );
