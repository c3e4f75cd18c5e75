import { Alert, Button } from "@chakra-ui/react";

import { ApiError } from "../api/ApiError";
import { t } from "../i18n/t";
import { hintOf } from "./hintOf";

type Props = { readonly error: Error | null; readonly title?: string; readonly onRetry?: () => void };

/** What went wrong beside what is there all the same. */
export const ErrorLine = ({ error, title, onRetry }: Props) =>
  error === null ? null : (
    <Alert.Root flexShrink={0} mb={2} role="alert" size="sm" status="warning">
      <Alert.Indicator />
      <Alert.Content display="block" overflowWrap="anywhere">
        {[title ?? t("app.error.stale"), hintOf(error), error instanceof ApiError ? error.message : ""].filter(Boolean).join(" ")}
      </Alert.Content>
      {onRetry ? (
        <Button alignSelf="flex-start" onClick={onRetry} size="2xs" variant="outline">
          {t("app.retry")}
        </Button>
      ) : null}
    </Alert.Root>
  );
