// ReDoc, in the fonts that are there: by default it would load two from elsewhere.
const fonts = "system-ui, sans-serif";

Redoc.init(
  "api/v1/openapi.json",
  {
    theme: {
      typography: {
        fontFamily: fonts,
        headings: { fontFamily: fonts },
        code: { fontFamily: "ui-monospace, monospace" },
      },
    },
  },
  document.getElementById("redoc"),
);
