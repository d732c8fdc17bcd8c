@echo off
rem Installs gridmap @VERSION@ from this folder, without a network, then runs the demo and opens JupyterLab.
rem   start.bat                      the demo, into demo\ of this folder, then JupyterLab
rem   start.bat check county.gpkg    any command of gridmap
rem This script and the wheels were put together on Linux and have not been run on Windows.
setlocal
set "KIT=%~dp0"
if not defined GRIDMAP_VENV set "GRIDMAP_VENV=%KIT%.venv"
set "VENV_PYTHON=%GRIDMAP_VENV%\Scripts\python.exe"
set "PYTHONUTF8=1"

if exist "%GRIDMAP_VENV%\.gridmap-@VERSION@" goto run
py -@PYTHON@ -c "" || (
  echo gridmap: Python @PYTHON@, 64 bit, is needed, with the py launcher 1>&2
  exit /b 1
)
echo Installing gridmap @VERSION@ into "%GRIDMAP_VENV%", which takes some minutes
py -@PYTHON@ -m venv --clear "%GRIDMAP_VENV%" || exit /b 1
"%VENV_PYTHON%" -m pip --isolated --disable-pip-version-check --quiet install --no-compile --no-index --find-links "%KIT%wheels\windows" gridmap==@VERSION@ || exit /b 1
type nul > "%GRIDMAP_VENV%\.gridmap-@VERSION@"

:run
if not "%~1"=="" (
  "%GRIDMAP_VENV%\Scripts\gridmap.exe" %*
  goto end
)
cd /d "%KIT%"
"%GRIDMAP_VENV%\Scripts\gridmap.exe" demo --out demo || exit /b 1
"%GRIDMAP_VENV%\Scripts\gridmap.exe" lab

:end
exit /b %ERRORLEVEL%
