{{/* The labels by which a part is found: a dictionary with the root and the name of the part. */}}
{{- define "latchkey.selector" -}}
app.kubernetes.io/name: {{ .part }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
{{- end -}}

{{- define "latchkey.labels" -}}
{{ include "latchkey.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ .root.Chart.Name }}-{{ .root.Chart.Version }}
{{- end -}}

{{/* What both parts may not do. */}}
{{- define "latchkey.container-security" -}}
allowPrivilegeEscalation: false
capabilities: { drop: [ALL] }
{{- end -}}
