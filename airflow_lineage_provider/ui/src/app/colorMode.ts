/** Airflow keeps the user's choice under this key: `light`, `dark` or `system`. */
const KEY = "theme";

/** Dark or light as chosen in Airflow, else as the system is; follows both while the page lives. */
export const followColorMode = (): void => {
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const apply = (): void => {
    const chosen = localStorage.getItem(KEY);
    const isDark = chosen === "dark" || (chosen !== "light" && dark.matches);
    document.documentElement.classList.toggle("dark", isDark);
    document.documentElement.style.colorScheme = isDark ? "dark" : "light";
  };
  apply();
  dark.addEventListener("change", apply);
  window.addEventListener("storage", ({ key }) => key === KEY && apply());
};
