"""Extractors of ours: dotted class name of an operator to ``module:class`` below this package."""

from __future__ import annotations

from airflow_lineage_provider.capture.extractors.transfers import TRANSFERS

_PYTHON = "airflow.providers.standard"
_SPARK = "airflow.providers.apache.spark.operators"
_AMAZON = "airflow.providers.amazon.aws.operators"
_DATAPROC = "airflow.providers.google.cloud.operators.dataproc"

BUILT_IN: dict[str, str] = {
    "airflow.providers.standard.operators.bash.BashOperator": "bash:BashExtractor",
    "airflow.providers.ssh.operators.ssh.SSHOperator": "shell.ssh:SshExtractor",
    "airflow.providers.sftp.operators.sftp.SFTPOperator": "file_server:SftpExtractor",
    "airflow.providers.ftp.operators.ftp.FTPFileTransmitOperator": "file_server:FtpExtractor",
    f"{_PYTHON}.operators.python.PythonOperator": "python:PythonExtractor",
    f"{_PYTHON}.sensors.python.PythonSensor": "python:PythonExtractor",
    f"{_PYTHON}.operators.python._BasePythonVirtualenvOperator": "python:OtherInterpreterExtractor",
    f"{_SPARK}.spark_submit.SparkSubmitOperator": "spark:SparkSubmitExtractor",
    f"{_SPARK}.spark_jdbc.SparkJDBCOperator": "spark:SparkJdbcExtractor",
    f"{_SPARK}.spark_pipelines.SparkPipelinesOperator": "spark:SparkPipelinesExtractor",
    f"{_SPARK}.spark_sql.SparkSqlOperator": "spark:SparkSqlExtractor",
    "airflow.providers.apache.livy.operators.livy.LivyOperator": "spark:LivyExtractor",
    f"{_AMAZON}.emr.EmrContainerOperator": "managed_spark:EmrExtractor",
    f"{_AMAZON}.emr.EmrServerlessStartJobOperator": "managed_spark:EmrExtractor",
    f"{_AMAZON}.emr.EmrAddStepsOperator": "emr_steps:EmrStepsExtractor",
    f"{_AMAZON}.emr.EmrCreateJobFlowOperator": "emr_steps:EmrJobFlowExtractor",
    f"{_AMAZON}.glue.GlueJobOperator": "glue:GlueExtractor",
    f"{_DATAPROC}.DataprocSubmitJobOperator": "managed_spark:DataprocJobExtractor",
    f"{_DATAPROC}.DataprocCreateBatchOperator": "managed_spark:DataprocBatchExtractor",
    "airflow.providers.databricks.operators.databricks.DatabricksSubmitRunOperator": (
        "managed_spark:DatabricksSubmitExtractor"
    ),
    "airflow.providers.apache.hive.operators.hive.HiveOperator": "hive:HiveExtractor",
    "airflow.providers.cncf.kubernetes.operators.pod.KubernetesPodOperator": "containers:PodExtractor",
    "airflow.providers.cncf.kubernetes.operators.spark_kubernetes.SparkKubernetesOperator": (
        "spark_kubernetes:SparkKubernetesExtractor"
    ),
    "airflow.providers.docker.operators.docker.DockerOperator": "containers:DockerExtractor",
    **dict.fromkeys(TRANSFERS, "transfer:TransferExtractor"),
}
